import type { Criteria } from "./criteria.ts";
import type { KeptOffer, Slice } from "./offer.ts";
import type { Rate } from "./provider.ts";

/** A person on board, as the airline is told. Days are `YYYY-MM-DD`; `phone` is E.164. */
export type Passenger = {
  /** An infant sits on the lap of an adult. */
  kind: "adult" | "child" | "infant";
  /** In years, on the last day of travel; a child that comes of age on the way is 17. */
  age: number;
  title: "mr" | "ms" | "mrs" | "miss" | "dr";
  gender: "m" | "f";
  givenName: string;
  familyName: string;
  bornOn: string;
  email: string;
  phone: string;
  passport?: { number: string; country: string; expiresOn: string };
};

/** Minor units of a currency. */
export type Price = { total: number; currency: string };

/**
 * What is ordered: an offer that was found for these passengers alone, paid at once at its price (`instant`) or held
 * and paid later. `metadata` is for finding the order again.
 */
export type Sale = {
  type: "instant" | "hold";
  offer: KeptOffer;
  criteria: Criteria;
  passengers: Passenger[];
  metadata: Record<string, string>;
};

/**
 * An order as its seller returns it; instants in UTC. `actions` are what may be done with it: cancel, change, update.
 * `slices` are its flights, each with its cabin; null where they cannot be read.
 */
export type Order = Price & {
  id: string;
  /** The airline's reference, used at check-in. */
  reference: string | null;
  createdAt: string;
  cancelledAt: string | null;
  payment: { awaited: boolean; by: string | null; priceUntil: string | null; at: string | null };
  documents: { type: string; number: string }[];
  actions: string[];
  slices: Slice[] | null;
  metadata: Record<string, string>;
};

/**
 * The refund if a cancellation is confirmed by this id before `expiresAt`; `to` is its destination, such as `balance`.
 */
export type Refund = {
  id: string;
  order: string;
  refund: Price | null;
  to: string | null;
  expiresAt: string | null;
  confirmedAt: string | null;
};

/** A wish to fly an order's slices on other days, at the terms of its offer: `days` names each by its number, from 0. */
export type Wish = {
  order: string;
  offer: KeptOffer;
  criteria: Criteria;
  days: { slice: number; departureDate: string }[];
};

/**
 * Flights that an order may be changed to: all of its slices as they would be. `due` is paid by us where it is positive,
 * and comes back, to `to`, where it is negative; it contains the penalty.
 */
export type ChangeOffer = {
  id: string;
  slices: Slice[];
  due: Price;
  penalty: Price | null;
  to: string | null;
  expiresAt: string;
};

/** A change by an offer. Nothing is changed before it is confirmed. */
export type OrderChange = {
  id: string;
  due: Price;
  to: string | null;
  expiresAt: string;
  confirmedAt: string | null;
};

/**
 * What the airline changed by itself, at `at` (UTC): flights before and after. `actions` are what may be answered
 * (accept, cancel, change, update), `taken` is what was.
 */
export type AirlineChange = {
  id: string;
  at: string;
  removed: Slice[];
  added: Slice[];
  actions: string[];
  taken: string | null;
};

/**
 * The outcome of a request: `refused` was not done, with the seller's `code`; `busy` was not done, and may be repeated
 * when the rate allows; `unknown` may have been done, and must be looked up before it is repeated.
 */
export type Outcome<T> = { rate?: Rate } & (
  | { status: "done"; value: T }
  | { status: "refused"; code: string }
  | { status: "busy" }
  | { status: "unknown" }
);

/** An order may also be `accepted`: created later or not at all, as the seller then tells. */
export type Made = Outcome<Order> | { rate?: Rate; status: "accepted" };

/** How one seller takes orders at `at`. No verb throws, and none that changes something is ever sent twice. */
export type Seller = {
  /** The provider's name in its offers. */
  readonly name: string;
  /** It can take two minutes. A price or a party that is no longer the offer's is refused. */
  create(sale: Sale, at: Date): Promise<Made>;
  get(id: string, at: Date): Promise<Outcome<Order>>;
  /** All orders created since then that have all of `metadata`, newest first. */
  list(metadata: Record<string, string>, since: Date, at: Date): Promise<Outcome<Order[]>>;
  /** Pays for a held order. */
  pay(id: string, price: Price, at: Date): Promise<Outcome<null>>;
  /** Asks for the refund of a cancellation; nothing is cancelled yet. */
  cancel(id: string, at: Date): Promise<Outcome<Refund>>;
  confirmCancellation(id: string, at: Date): Promise<Outcome<Refund>>;
  /** Asks for flights on other days; nothing is changed yet. */
  askChange(wish: Wish, at: Date): Promise<Outcome<ChangeOffer[]>>;
  /** Chooses an offer, at the price that it has now; nothing is changed yet. */
  startChange(offer: string, at: Date): Promise<Outcome<OrderChange>>;
  getChange(id: string, at: Date): Promise<Outcome<OrderChange>>;
  /** Changes the order and pays what is due. A change that was confirmed is refused. */
  confirmChange(change: Pick<OrderChange, "id" | "due">, at: Date): Promise<Outcome<OrderChange>>;
  /** All that the airline changed of an order, oldest first. */
  airlineChanges(order: string, at: Date): Promise<Outcome<AirlineChange[]>>;
  acceptAirlineChange(id: string, at: Date): Promise<Outcome<AirlineChange>>;
};
