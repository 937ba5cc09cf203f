export { Criteria, cabins, consistent, Day, fields, Place, paying } from "./flight/criteria.ts";
export type { Answer, Confirmation, FareProvider, Offer, Segment, Slice } from "./flight/provider.ts";
export { checkDates } from "./flight/sellable.ts";
