export { cabins, Criteria, consistent, Day, fields, Place, paying } from "./flight/criteria.ts";
export type { Answer, Confirmation, FareProvider, Offer, Segment, Slice } from "./flight/provider.ts";
