import * as v from "valibot";

// Duffel's answers (https://duffel.com/docs/api, v2), as far as they are used: other fields are ignored.

/** An amount and its currency as Duffel writes them: "120.30", "GBP". */
const amount = v.pipe(v.string(), v.regex(/^\d{1,12}(\.\d{1,6})?$/));
/** A negative amount comes back. */
const signedAmount = v.pipe(v.string(), v.regex(/^-?\d{1,12}(\.\d{1,6})?$/));
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
/** An instant, in UTC with milliseconds. */
const instant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
  v.transform((text) => new Date(text).toISOString()),
);
/** Local time at an airport: `2027-03-10T06:25:00` → `2027-03-10T06:25`. */
const wall = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/),
  v.check((text) => !Number.isNaN(Date.parse(`${text}Z`))),
  v.transform((text) => text.slice(0, 16)),
);
const code = v.pipe(v.string(), v.regex(/^[A-Z0-9]{2,3}$/));
const Airport = v.object({ iata_code: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)) });

const Condition = v.object({
  allowed: v.boolean(),
  penalty_amount: v.nullish(amount, null),
  penalty_currency: v.nullish(currency, null),
});
export type Condition = v.InferOutput<typeof Condition>;

const Traveller = v.object({
  passenger_id: v.string(),
  cabin_class: v.nullish(v.string(), null),
  baggages: v.nullish(
    v.array(v.object({ type: v.string(), quantity: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99)) })),
    null,
  ),
});

const Segment = v.object({
  departing_at: wall,
  arriving_at: wall,
  duration: v.nullish(v.string(), null),
  origin: Airport,
  destination: Airport,
  marketing_carrier: v.object({ iata_code: code }),
  marketing_carrier_flight_number: v.pipe(v.string(), v.regex(/^\d{1,4}[A-Z]?$/)),
  operating_carrier: v.nullish(v.object({ iata_code: v.nullish(code, null) }), null),
  /** Landings on the way, after which the flight continues under the same number. */
  stops: v.nullish(v.array(v.unknown()), []),
  passengers: v.nullish(v.array(Traveller), []),
});
export type Segment = v.InferOutput<typeof Segment>;

const Slice = v.object({
  duration: v.nullish(v.string(), null),
  segments: v.pipe(v.array(Segment), v.minLength(1), v.maxLength(6)),
});
export type Slice = v.InferOutput<typeof Slice>;
const Flown = v.array(v.object({ id: v.string(), ...Slice.entries }));

export const Offer = v.object({
  id: v.pipe(v.string(), v.regex(/^off_\w{1,100}$/)),
  live_mode: v.optional(v.boolean(), true),
  /** A partial offer is priced for one direction of the journey. */
  partial: v.nullish(v.literal(false), false),
  expires_at: instant,
  total_amount: amount,
  total_currency: currency,
  payment_requirements: v.object({
    requires_instant_payment: v.boolean(),
    payment_required_by: v.nullish(instant, null),
    price_guarantee_expires_at: v.nullish(instant, null),
  }),
  conditions: v.nullish(
    v.object({
      refund_before_departure: v.nullish(Condition, null),
      change_before_departure: v.nullish(Condition, null),
    }),
    { refund_before_departure: null, change_before_departure: null },
  ),
  passenger_identity_documents_required: v.boolean(),
  passengers: v.array(
    v.object({ id: v.string(), type: v.nullish(v.string(), null), age: v.nullish(v.number(), null) }),
  ),
  slices: v.pipe(v.array(Slice), v.minLength(1), v.maxLength(2)),
});
export type Offer = v.InferOutput<typeof Offer>;

/** A search's answer: each offer is parsed by itself, so that an unreadable one does not affect the others. */
export const Found = v.object({ offers: v.array(v.unknown()) });

export const Order = v.object({
  id: v.pipe(v.string(), v.regex(/^ord_\w{1,100}$/)),
  booking_reference: v.nullish(v.string(), null),
  total_amount: amount,
  total_currency: currency,
  created_at: instant,
  cancelled_at: v.nullish(instant, null),
  payment_status: v.object({
    awaiting_payment: v.boolean(),
    payment_required_by: v.nullish(instant, null),
    price_guarantee_expires_at: v.nullish(instant, null),
    paid_at: v.nullish(instant, null),
  }),
  documents: v.nullish(v.array(v.object({ type: v.string(), unique_identifier: v.string() })), []),
  available_actions: v.nullish(v.array(v.string()), []),
  /** Null where they cannot be read: an order stands all the same. */
  slices: v.fallback(v.nullish(Flown, null), null),
  metadata: v.nullish(v.record(v.string(), v.string()), {}),
});
export type Order = v.InferOutput<typeof Order>;

export const Cancellation = v.object({
  id: v.pipe(v.string(), v.regex(/^ore_\w{1,100}$/)),
  order_id: v.string(),
  refund_amount: v.nullish(amount, null),
  refund_currency: v.nullish(currency, null),
  refund_to: v.nullish(v.string(), null),
  expires_at: v.nullish(instant, null),
  confirmed_at: v.nullish(instant, null),
});
export type Cancellation = v.InferOutput<typeof Cancellation>;

const OrderId = Order.entries.id;

const change = {
  change_total_amount: signedAmount,
  change_total_currency: currency,
  refund_to: v.nullish(v.string(), null),
  expires_at: instant,
};
const ChangeOffer = v.object({
  id: v.pipe(v.string(), v.regex(/^oco_\w{1,100}$/)),
  ...change,
  penalty_total_amount: v.nullish(amount, null),
  penalty_total_currency: v.nullish(currency, null),
  slices: v.object({ add: v.array(Slice), remove: v.array(v.object({ id: v.string() })) }),
});
export type ChangeOffer = v.InferOutput<typeof ChangeOffer>;

/** What an order may be changed to: an offer that cannot be read is left out. */
export const ChangeRequest = v.object({ order_change_offers: v.array(v.fallback(v.nullable(ChangeOffer), null)) });

export const OrderChange = v.object({
  id: v.pipe(v.string(), v.regex(/^\w{1,110}$/)),
  ...change,
  confirmed_at: v.nullish(instant, null),
});
export type OrderChange = v.InferOutput<typeof OrderChange>;

export const AirlineChange = v.object({
  id: v.pipe(v.string(), v.regex(/^\w{1,110}$/)),
  order_id: OrderId,
  created_at: instant,
  added: v.array(Slice),
  removed: v.array(Slice),
  available_actions: v.nullish(v.array(v.string()), []),
  action_taken: v.nullish(v.string(), null),
});
export type AirlineChange = v.InferOutput<typeof AirlineChange>;

export const Payment = v.object({ id: v.string() });

/** Every answer that is not a refusal; `after` is the cursor of a list. */
export const Envelope = v.object({
  data: v.unknown(),
  meta: v.nullish(v.object({ after: v.nullish(v.string(), null) }), { after: null }),
});

/** Why a request was refused, in Duffel's codes; `request_id` is for Duffel's support. */
export const Refusal = v.object({
  meta: v.optional(v.object({ request_id: v.optional(v.string()) })),
  errors: v.pipe(v.array(v.object({ code: v.string() })), v.minLength(1)),
});
