import type { FareProvider } from "./flight/provider.ts";
import { simulator } from "./flight/simulator.ts";

export { cabins, Criteria, consistent, Day, fields, Place, paying } from "./flight/criteria.ts";
export type { Answer, Confirmation, FareProvider, Offer, Segment, Slice } from "./flight/provider.ts";
export { checkDates } from "./flight/sellable.ts";

/** Who is asked for fares, by searches and by sweeps alike. */
export const provider: FareProvider = simulator;
