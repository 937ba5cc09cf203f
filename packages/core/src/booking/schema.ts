import * as v from "valibot";
import { list } from "../base/list.ts";
import * as Money from "../base/money.ts";
import { Page } from "../base/page.ts";
import { Day, names, Slice } from "../flight.ts";
import { Moved } from "../moved.ts";
import { Challenge } from "../payment.ts";

export const statuses = [
  "pending",
  "action_required",
  "ordering",
  "unknown",
  "confirmed",
  "held",
  "failed",
  "changing",
  "cancelling",
  "cancelled",
  "expired",
] as const;
export type Status = (typeof statuses)[number];
/** Whether nothing is booked any more: the booking failed, was cancelled, or its hold ran out. */
export const isOff = (status: Status) => status === "failed" || status === "cancelled" || status === "expired";

export const payments = [
  "none",
  "authorized",
  "paid",
  "due",
  "released",
  "refunding",
  "refunded",
  "refund_failed",
] as const;
export type Payment = (typeof payments)[number];

const idOf = (prefix: string, name: string) =>
  v.pipe(v.string(), v.regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`), `must be the id of ${name}`));

/**
 * An offer to book for these travelers, as each of them travels. `hold` asks for it to be held without payment; else a
 * payment method is needed. `again` books the same travelers on the same flights a second time. `terms` is the version
 * of the terms that were accepted.
 */
export const Create = v.strictObject({
  offer: v.pipe(v.string(), v.maxLength(1_500)),
  travelers: v.pipe(list(idOf("tvl", "a traveler"), 9), v.minLength(1, "must have 1 at least")),
  paymentMethod: v.optional(v.nullable(idOf("pmt", "a payment method")), null),
  hold: v.optional(v.boolean(), false),
  again: v.optional(v.boolean(), false),
  terms: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, "must be a version of the terms, such as 2026-11-01")),
  watch: v.optional(v.nullable(idOf("wch", "a watch")), null),
});
export type Create = v.InferInput<typeof Create>;

/** Which bookings to list: journeys to come (the next first) or past ones (the last first), and those of a status. */
export const Query = v.strictObject({
  ...Page.entries,
  when: v.optional(v.picklist(["upcoming", "past"]), "upcoming"),
  status: v.optional(v.picklist(statuses)),
});
export type Query = v.InferInput<typeof Query>;

export const Pay = v.strictObject({ paymentMethod: idOf("pmt", "a payment method"), price: Money.Info });
/** `penalty` is what a change costs, where the airline did not say it. */
export const WatchBooked = v.strictObject({ penalty: v.optional(v.nullable(Money.Info), null) });

/** Who travels when the flights of a watch are held by themselves, and the terms that hold for it. */
export const AutoHold = v.strictObject({
  travelers: Create.entries.travelers,
  terms: Create.entries.terms,
});
/** `on` waits for the target, `holding` asks the airline, `held` has held once and waits for its owner. */
export const AutoHoldInfo = v.object({
  state: v.picklist(["off", "on", "holding", "held"]),
  travelers: v.array(v.string()),
  booking: v.nullable(v.string()),
});
export type AutoHoldInfo = v.InferOutput<typeof AutoHoldInfo>;

/** Confirms a cancellation that was quoted, by the quote's id. */
export const Confirm = v.strictObject({ quote: v.pipe(v.string(), v.regex(/^\w{1,120}$/)) });

/** Other days to fly on, at least one of them: the day out, and the day back. */
export const AskChange = v.strictObject({
  departureDate: v.optional(v.nullable(Day), null),
  returnDate: v.optional(v.nullable(Day), null),
});

/**
 * Takes an offered change, by its id, at what its owner was shown: what the card pays, and what it gets back. Without a
 * payment method the card pays that paid before.
 */
export const ConfirmChange = v.strictObject({
  offer: v.pipe(v.string(), v.regex(/^\w{1,120}$/)),
  charge: Money.Info,
  refund: Money.Info,
  paymentMethod: v.optional(v.nullable(idOf("pmt", "a payment method")), null),
});

/** Accepts what the airline changed, by the change's id. */
export const AcceptChange = v.strictObject({ change: v.pipe(v.string(), v.regex(/^\w{1,120}$/)) });

const moment = v.nullable(v.string());

/** The places and days of a booking. One that was moved in may have no more. */
export const Journey = v.object({
  origin: v.string(),
  destination: v.string(),
  departureDate: v.nullable(v.string()),
  returnDate: v.nullable(v.string()),
  airline: v.nullable(v.string()),
});

/** A booking in a list. Its reference is ours; the airline's is in `Info` alone. */
export const Listed = v.object({
  id: v.string(),
  reference: v.string(),
  status: v.picklist(statuses),
  payment: v.picklist(payments),
  because: v.nullable(v.string()),
  total: Money.Info,
  simulated: v.boolean(),
  hold: v.boolean(),
  travelers: v.number(),
  journey: Journey,
  slices: v.array(Slice),
  departsAt: moment,
  arrivesAt: moment,
  payBy: moment,
  priceUntil: moment,
  createdAt: v.string(),
  moved: Moved,
});
export type Listed = v.InferOutput<typeof Listed>;

export const Event = v.object({ at: v.string(), kind: v.string() });

/** What a cancellation would give back, and where that goes: to the card, to credits of the airline, or not known. */
export const Quote = v.object({
  id: v.string(),
  refund: v.nullable(Money.Info),
  to: v.picklist(["card", "credits", "none", "unknown"]),
  expiresAt: moment,
});
export type Quote = v.InferOutput<typeof Quote>;

/**
 * Flights that a booking may be changed to: all of its slices as they would be. The card pays `charge` or gets `refund`,
 * of which one at least is 0; `to` says where the refund goes. `total` is what is then paid in all.
 */
export const ChangeOffer = v.object({
  id: v.string(),
  slices: v.array(Slice),
  charge: Money.Info,
  refund: Money.Info,
  to: Quote.entries.to,
  penalty: v.nullable(Money.Info),
  total: Money.Info,
  expiresAt: v.string(),
});
export type ChangeOffer = v.InferOutput<typeof ChangeOffer>;

/** The offers that were asked for last, and the one that is being taken. */
export const ChangeOffers = v.object({ offers: v.array(ChangeOffer), chosen: v.nullable(v.string()) });

/** What the airline changed by itself: flights before and after. */
export const AirlineChange = v.object({
  id: v.string(),
  at: v.string(),
  removed: v.array(Slice),
  added: v.array(Slice),
  state: v.picklist(["open", "accepting", "accepted", "cancelled", "changed"]),
  /** Whether it can be accepted here. */
  acceptable: v.boolean(),
});
export type AirlineChange = v.InferOutput<typeof AirlineChange>;

export const Info = v.object({
  ...Listed.entries,
  airlineReference: v.nullable(v.string()),
  tickets: v.array(v.string()),
  passengers: v.array(v.object({ givenName: v.string(), familyName: v.string(), kind: v.string() })),
  terms: v.nullable(v.string()),
  cancellation: v.nullable(Quote),
  change: v.nullable(ChangeOffers),
  airlineChanges: v.array(AirlineChange),
  /** Whether a step is being taken now: then it changes within seconds. */
  working: v.boolean(),
  /** What may be done now. */
  actions: v.array(v.picklist(["pay", "change", "accept_change", "cancel", "confirm_payment"])),
  /** How the card's bank asks its owner in the browser, while that is awaited. */
  challenge: v.nullable(Challenge),
  events: v.array(Event),
  ...names,
});
export type Info = v.InferOutput<typeof Info>;

/** A booking that needs a person; `order` is its id at the seller, `charge` that of its payment at Stripe. */
export const Attention = v.object({
  id: v.string(),
  reference: v.string(),
  status: v.picklist(statuses),
  payment: v.picklist(payments),
  because: v.nullable(v.string()),
  order: v.nullable(v.string()),
  charge: v.nullable(v.string()),
  total: Money.Info,
  attempts: v.number(),
  since: v.string(),
});
export type Attention = v.InferOutput<typeof Attention>;
export const AttentionQuery = Page;

/** What a shared link shows: flights alone, or the places and days of a booking that was moved in. */
export const Shared = v.object({
  reference: v.string(),
  simulated: v.boolean(),
  journey: Journey,
  slices: v.array(Slice),
  ...names,
});
export type Shared = v.InferOutput<typeof Shared>;
/** The path of the page that shows what is shared. */
export const Share = v.object({ path: v.string() });
