import * as v from "valibot";
import { sql } from "../base/db.ts";
import * as Money from "../base/money.ts";
import { Place } from "../flight.ts";
import { minPeople } from "./window.ts";

export const PaidQuery = v.strictObject({ currency: v.optional(Money.Currency, "USD") });
export type PaidQuery = v.InferInput<typeof PaidQuery>;

/**
 * What travelers paid per person for a route in the last year, in bookings that stand and in this currency; null with
 * fewer than five bookings by five different users.
 */
export const Paid = v.object({
  origin: v.string(),
  destination: v.string(),
  currency: v.string(),
  paid: v.nullable(
    v.object({
      bookings: v.number(),
      lowerQuartile: Money.Info,
      median: Money.Info,
      upperQuartile: Money.Info,
    }),
  ),
});
export type Paid = v.InferOutput<typeof Paid>;

const Journey = v.strictObject({ origin: Place, destination: Place });

/**
 * Of the newest thousand bookings of a route. Neither the cheapest nor the dearest is shown, because that would be one
 * person's price.
 */
export async function paid(route: unknown, query: PaidQuery, at: Date): Promise<Paid> {
  const { origin, destination } = v.parse(Journey, route);
  const { currency } = v.parse(PaidQuery, query);
  const [row] = (await sql`
    with newest as (
      select bookings.user_id,
             bookings.total_price::float8 / jsonb_array_length(bookings.passenger_data) as price
        from bookings
       where bookings.flight_data ->> 'origin' = ${origin}
         and bookings.flight_data ->> 'destination' = ${destination}
         and bookings.created_at > ${at}::timestamptz - interval '1 year'
         and bookings.created_at <= ${at}::timestamptz
         and bookings.status = 'confirmed'
         and bookings.currency = ${currency}
       order by bookings.created_at desc
       limit 1000
    )
    select count(*)::int as bookings,
           percentile_cont(array[0.25, 0.5, 0.75]) within group (order by newest.price) as quartiles
      from newest
    having count(*) >= ${minPeople}
       and count(distinct newest.user_id) >= ${minPeople}`) as Row[];
  return { origin, destination, currency, paid: row ? toInfo(row, currency) : null };
}

type Row = { bookings: number; quartiles: [number, number, number] };

function toInfo({ bookings, quartiles }: Row, currency: string): Paid["paid"] {
  const [lowerQuartile, median, upperQuartile] = quartiles.map((price) =>
    Money.toInfo(Math.round(price), currency),
  ) as [Money.Info, Money.Info, Money.Info];
  return { bookings, lowerQuartile, median, upperQuartile };
}
