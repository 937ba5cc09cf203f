import * as v from "valibot";

/** A day `YYYY-MM-DD` that exists. */
const Day = v.pipe(
  v.string(),
  v.check((day) => new Date(Date.parse(day)).toJSON()?.startsWith(day) === true && day.length === 10),
);

// The requests that Duffel accepts: an unknown field or value is refused.

const place = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
const money = v.pipe(v.string(), v.regex(/^\d+(\.\d{1,3})?$/));
const id = (prefix: string) => v.pipe(v.string(), v.regex(new RegExp(`^${prefix}_\\w+$`)));

export const Search = v.strictObject({
  slices: v.pipe(
    v.array(v.strictObject({ origin: place, destination: place, departure_date: Day })),
    v.minLength(1),
    v.maxLength(6),
  ),
  passengers: v.pipe(
    v.array(
      v.union([
        v.strictObject({ type: v.literal("adult") }),
        v.strictObject({ age: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(17)) }),
      ]),
    ),
    v.minLength(1),
    v.maxLength(18),
  ),
  cabin_class: v.picklist(["economy", "premium_economy", "business", "first"]),
  max_connections: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2)), 1),
});
export type Search = v.InferOutput<typeof Search>;

const Payment = v.strictObject({
  type: v.literal("balance"),
  amount: money,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
});

export const Order = v.strictObject({
  type: v.picklist(["instant", "hold"]),
  selected_offers: v.pipe(v.array(id("off")), v.length(1)),
  passengers: v.array(
    v.strictObject({
      id: id("pas"),
      title: v.picklist(["mr", "ms", "mrs", "miss", "dr"]),
      gender: v.picklist(["m", "f"]),
      given_name: v.pipe(v.string(), v.minLength(1), v.maxLength(20)),
      family_name: v.pipe(v.string(), v.minLength(1), v.maxLength(20)),
      born_on: Day,
      email: v.pipe(v.string(), v.email()),
      infant_passenger_id: v.optional(id("pas")),
      phone_number: v.pipe(v.string(), v.regex(/^\+[1-9]\d{6,14}$/)),
      identity_documents: v.optional(
        v.pipe(
          v.array(
            v.strictObject({
              type: v.literal("passport"),
              unique_identifier: v.pipe(v.string(), v.minLength(1)),
              issuing_country_code: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
              expires_on: Day,
            }),
          ),
          v.length(1),
        ),
      ),
    }),
  ),
  payments: v.optional(v.pipe(v.array(Payment), v.length(1))),
  metadata: v.optional(v.record(v.string(), v.pipe(v.string(), v.maxLength(500))), {}),
});
export type Order = v.InferOutput<typeof Order>;

export const Pay = v.strictObject({ order_id: id("ord"), payment: Payment });
export const Cancel = v.strictObject({ order_id: id("ord") });

const Added = v.strictObject({
  origin: place,
  destination: place,
  departure_date: Day,
  cabin_class: Search.entries.cabin_class,
});
export const ChangeRequest = v.strictObject({
  order_id: id("ord"),
  slices: v.strictObject({
    add: v.pipe(v.array(Added), v.minLength(1), v.maxLength(6)),
    remove: v.pipe(v.array(v.strictObject({ slice_id: id("sli") })), v.minLength(1), v.maxLength(6)),
  }),
});
export const StartChange = v.strictObject({ selected_order_change_offer: id("oco") });
export const ConfirmChange = v.strictObject({ payment: v.optional(Payment) });
