import * as v from "valibot";
import { sql, utc } from "../base/db.ts";
import * as Money from "../base/money.ts";
import { holds, type RuleName, unpack } from "../rule.ts";

const text = v.nullable(v.string());
const places = v.union([v.string(), v.array(v.string())]);

/** What the watch of an alert covers now: fields that were not asked for are null. */
export const Subject = v.object({
  origin: places,
  destination: places,
  departureDate: text,
  returnDate: text,
  departureFrom: text,
  departureTo: text,
  stayNights: v.nullable(v.object({ min: v.number(), max: v.number() })),
  weekendsIn: text,
  adults: v.number(),
  childAges: v.array(v.number()),
  infants: v.number(),
  cabin: v.string(),
});

/**
 * The newest price of the watch, and whether what was told still holds: the price is at or below the bound that one of the
 * rules crossed. Null where the watch has no price, or covers something else since.
 */
export const Now = v.object({
  price: v.nullable(Money.Info),
  checkedAt: text,
  holds: v.nullable(v.boolean()),
});

/** The tables of the watch of each of `alerts`: its fare or its basket is `tracked`. */
export const joins = sql`
      join price_watches on price_watches.id = alerts.watch_id
      left join watch_fares on watch_fares.watch_id = price_watches.id
      left join fares as tracked on tracked.id = watch_fares.fare_id`;

/** A subject of several places or days stands in `what`, with all its dates; else in the columns of its fare. */
export const columns = sql`
           json_build_object(
             'origin', coalesce(price_watches.what -> 'origin', to_jsonb(price_watches.origin_code)),
             'destination', coalesce(price_watches.what -> 'destination', to_jsonb(price_watches.destination_code)),
             'departureDate', case when price_watches.what is null then to_jsonb(price_watches.departure_date) else price_watches.what -> 'departureDate' end,
             'returnDate', case when price_watches.what is null then to_jsonb(price_watches.return_date) else price_watches.what -> 'returnDate' end,
             'departureFrom', price_watches.what -> 'departureFrom',
             'departureTo', price_watches.what -> 'departureTo',
             'stayNights', price_watches.what -> 'stayNights',
             'weekendsIn', price_watches.what -> 'weekendsIn',
             'adults', price_watches.adults,
             'childAges', price_watches.child_ages,
             'infants', price_watches.infants,
             'cabin', price_watches.class
           ) as watch,
           case
             when coalesce(alerts.series, price_watches.series) = price_watches.series
              and alerts.currency = price_watches.currency
             then json_build_object(
                    'price', tracked.price,
                    'checkedAt', ${utc(sql`tracked.checked_at`)},
                    'state', price_watches.state::text
                  )
           end as now`;

export type Row = {
  watch: v.InferOutput<typeof Subject>;
  now: { price: number | null; checkedAt: string | null; state: string } | null;
};

/** What is said of now in an alert of these rules. */
export function toNow(now: Row["now"], currency: string, rules: RuleName[]) {
  if (now?.price == null) return { price: null, checkedAt: now?.checkedAt ?? null, holds: null };
  const { price, checkedAt, state } = now;
  return { price: Money.toInfo(price, currency), checkedAt, holds: holds(rules, unpack(state), price) };
}
