import { addDays, isoDay } from "@travel-conductor/core/base/day";
import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import * as Fare from "@travel-conductor/core/fare";
import * as Flight from "@travel-conductor/core/flight";
import * as Forecast from "@travel-conductor/core/forecast";
import type { Recorded } from "@travel-conductor/core/replay";

/** The lowest price (minor units) of each day (UTC) of a record. */
export type Daily = Omit<Recorded, "checks"> & { lows: Map<string, number> };

export function toDaily(recorded: Recorded[]): Daily[] {
  return recorded.map(({ checks, ...rest }) => {
    const lows = new Map<string, number>();
    for (const { at, price } of checks) {
      const day = isoDay(at);
      if (price !== null) lows.set(day, Math.min(price, lows.get(day) ?? price));
    }
    return { ...rest, lows };
  });
}

/** What the product said on one day of one departure, and what came: 1 where the price fell, 0 where not, null if silent. */
export type Said = {
  day: string;
  departureDate: string;
  why: Forecast.Reason | null;
  cases: number;
  baseRate: number | null;
  probability: number | null;
  came: 0 | 1 | null;
};

/**
 * Asks the product itself for each departure on the days from `from` to `to` that `takes` takes, always at noon (UTC), when
 * it knows no later day; then has it judge. The database must be empty. Returns what could be judged.
 */
export async function walk(records: Daily[], from: string, to: string, takes = (_: number) => true): Promise<Said[]> {
  const ids = await record(records);
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  for (const day of days.filter((_, index) => takes(index))) {
    const at = new Date(`${day}T12:00:00Z`);
    const known = records.flatMap((daily, index) => {
      const price = daily.lows.get(day);
      return price === undefined || daily.departureDate <= day ? [] : [{ ...daily, id: ids[index]!, price }];
    });
    await sql`
      update fares
         set price = known.price,
             priced_at = ${at}
        from unnest(${known.map(({ id }) => id)}::text[], ${known.map(({ price }) => price)}::bigint[]) as known (id, price)
       where fares.id = known.id`;
    await Promise.all(
      known.map(({ origin, destination, departureDate, currency }) =>
        Forecast.ask({ origin, destination, departureDate, currency }, at),
      ),
    );
  }
  await Forecast.judge(new Date(`${addDays(to, 30)}T12:00:00Z`));
  return (await sql`
    select forecasts.day::text,
           forecasts.departure_date::text as "departureDate",
           forecasts.why,
           forecasts.cases,
           forecasts.base_rate as "baseRate",
           forecasts.probability,
           (forecasts.outcome = 'cheaper')::int as came
      from forecasts
     where forecasts.outcome is distinct from 'unknown'
     order by forecasts.day,
              forecasts.departure_date`) as Said[];
}

/** Records the low of each day, at 06:00 (UTC), and rolls them up. Returns the ids of the fares. */
async function record(records: Daily[]): Promise<string[]> {
  const ids = records.map(() => newId("far"));
  const lows = records.flatMap(({ lows }, index) => [...lows].map(([day, price]) => ({ id: ids[index], day, price })));
  await sql`
    insert into fares
      (id, origin, destination, departure_date, cabin, adults, currency, source, status)
    select recorded.*, 'economy', 1, 'GBP', ${Flight.provider.name}, 'ok'
      from unnest(
             ${ids}::text[],
             ${records.map(({ origin }) => origin)}::text[],
             ${records.map(({ destination }) => destination)}::text[],
             ${records.map(({ departureDate }) => departureDate)}::date[]
           ) as recorded`;
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select low.id, (low.day + time '06:00') at time zone 'utc', 'ok', low.price, ${Flight.provider.name}
      from unnest(
             ${lows.map(({ id }) => id)}::text[],
             ${lows.map(({ day }) => day)}::date[],
             ${lows.map(({ price }) => price)}::bigint[]
           ) as low (id, day, price)`;
  const first = lows.map(({ day }) => day).sort()[0] ?? "";
  // As of a day on which the first low is still kept.
  await Fare.rollUp(new Date(`${addDays(first, 80)}T12:00:00Z`), { within: 60_000 });
  return ids;
}
