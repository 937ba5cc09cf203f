import type { AirlineChange, ChangeOffer, KeptOffer, OrderChange, Price, Slice } from "../flight.ts";

// What a booking keeps as JSON.

/**
 * Its places, days and flights. A booking that was moved in has places and days alone: no slices. What its fare allows is
 * known until its flights change.
 */
export type FlightData = Partial<Pick<KeptOffer, "bags" | "conditions">> & {
  origin: string;
  destination: string;
  departureDate?: string;
  returnDate?: string | null;
  airline?: string | null;
  slices?: Slice[];
};

/** The offer that is being taken, and the payment of what it costs. */
export type Chosen = OrderChange & { offer: string; slices: Slice[]; intent: string | null };

/** The flights that it may be changed to, as they were offered last. */
export type KeptOffers = { offers: ChangeOffer[]; chosen: Chosen | null };

/** What the airline changed, and whether its owner accepts it. */
export type KeptChange = AirlineChange & { accepting: boolean };

/** A payment that was taken, in minor units. */
export type Charge = { intent: string; total: number };

/** Money that goes back to the card by one payment, and whether it did; `step` is its name at the card's company. */
export type Return = Price & { intent: string; step: string; done: boolean };
