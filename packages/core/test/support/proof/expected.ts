import { sql } from "../../../src/base/db.ts";
import { historyOf, Oracle, wasDoubtful } from "../oracle.ts";

type Watched = { id: string; fareId: string; target: number | null; drop: number | null; newLow: boolean };
type Checked = { fareId: string; at: number; price: number };

/**
 * The alerts of these watches, whose rules never changed, and those that a sequential model computes from the recorded
 * checks of their fares: one line per alert.
 */
export async function sentAndExpected(
  watchIds: string[],
  confirms: boolean,
): Promise<{ told: string[]; due: string[] }> {
  const watches = (await sql`
    select price_watches.id,
           watch_fares.fare_id as "fareId",
           price_watches.target_price::float8 as target,
           (price_watches.alert_threshold * 10000)::int as drop,
           price_watches.new_low as "newLow"
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
     where price_watches.id = any(${watchIds}::text[])`) as Watched[];
  const checks = (await sql`
    select price_observations.fare_id as "fareId",
           (extract(epoch from price_observations.at) * 1000)::float8 as at,
           price_observations.price::float8
      from price_observations
     where price_observations.status = 'ok'
     order by price_observations.at`) as Checked[];
  const alerts = await sql`
    select alerts.watch_id || ' ' || (extract(epoch from alerts.at) * 1000)::int8 || ' ' || alerts.price || ' '
             || array_to_string(alerts.rules, '+') as line
      from alerts
     where alerts.watch_id = any(${watchIds}::text[])`;
  const due = watches.flatMap(({ id, fareId, ...rules }) => {
    const own = checks.filter((check) => check.fareId === fareId);
    const reader = new Oracle(2);
    for (const check of own) {
      const trusted = confirms || wasDoubtful(own, check.at);
      reader.check(
        { ...rules, routeLow: false },
        false,
        { ...historyOf(own, check.at), routeLow: null },
        check,
        trusted,
      );
    }
    return reader.told.map(({ at, price, rules }) => `${id} ${at} ${price} ${rules.join("+")}`);
  });
  return { told: alerts.map(({ line }) => String(line)).sort(), due: due.sort() };
}
