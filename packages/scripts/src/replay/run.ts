import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import * as Fare from "@travel-conductor/core/fare";
import * as Replay from "@travel-conductor/core/replay";
import * as Sweep from "@travel-conductor/core/sweep";
import { type Rules, targetOf } from "./rules.ts";

/**
 * An alert that the rules would have sent to a user with a watch on every route and day of a file of recorded fares.
 */
export type ReplayedAlert = {
  alreadyTrue: boolean;
  at: string;
  mistakeFare: boolean;
  price: number;
  rules: string[];
  watch: string;
};

/** Sweeps read what is not yet rolled up as well; a roll-up only makes that less. */
const sweepsPerRollUp = 50;

/**
 * Creates one watch on every route and day with its first rows, and runs the product's own sweep at every recorded
 * moment. Expects an empty database. Returns the alerts by time, then watch.
 */
export async function replay(
  recorded: Replay.Recorded[],
  rules: Rules,
  progress: (done: number, all: number) => void,
): Promise<ReplayedAlert[]> {
  const names = await watchAll(recorded, rules);
  const provider = Replay.provider(recorded);
  const moments = [...new Set(recorded.flatMap((watch) => watch.checks.map((check) => check.at)))].sort(
    (a, b) => a - b,
  );
  const following = new Map(
    recorded.map((watch) => [
      watch.name,
      new Map(watch.checks.map((check, index) => [check.at, watch.checks[index + 1]?.at])),
    ]),
  );
  const cadence: Sweep.Options["cadence"] = ({ id }, at) => {
    const next = following.get(names.fares.get(id) ?? "")?.get(at.getTime());
    return next === undefined ? null : new Date(next);
  };
  for (const [index, moment] of moments.entries()) {
    await Sweep.run(new Date(moment), { provider, cadence });
    if (rules.routeLow && (index + 1) % sweepsPerRollUp === 0) await Fare.rollUp(new Date(moment));
    progress(index + 1, moments.length);
  }
  const rows = (await sql`
    select alerts.watch_id as watch,
           extract(epoch from alerts.at)::float8 * 1000 as at,
           alerts.price::float8,
           alerts.rules,
           alerts.already_true as "alreadyTrue",
           alerts.mistake_fare as "mistakeFare"
      from alerts`) as (Omit<ReplayedAlert, "at"> & { at: number })[];
  return rows
    .map((row) => ({ ...row, watch: names.watches.get(row.watch) ?? "" }))
    .sort((a, b) => a.at - b.at || (a.watch < b.watch ? -1 : 1))
    .map(({ alreadyTrue, at, mistakeFare, price, rules, watch }) => ({
      alreadyTrue,
      at: new Date(at).toISOString().replace(".000Z", "Z"),
      mistakeFare,
      price,
      rules,
      watch,
    }));
}

/** Writes to the tables directly: recorded days may be long past, and `Watch.create` refuses past days. */
async function watchAll(recorded: Replay.Recorded[], rules: Rules) {
  const at = new Date();
  const user = newId("usr", at);
  const rows = recorded.map((watch) => ({ ...watch, fare: newId("far", at), id: newId("wch", at) }));
  await sql.transaction([
    sql`
      insert into users (id, email, email_key, password_hash, first_name, last_name)
      values (${user}, 'replay@example.com', 'replay@example.com', '-', 'Replay', 'Replay')`,
    sql`
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
      select id, origin, destination, departure_date, 'economy', 1, currency, due_at
        from unnest(
               ${rows.map((row) => row.fare)}::text[],
               ${rows.map((row) => row.origin)}::text[],
               ${rows.map((row) => row.destination)}::text[],
               ${rows.map((row) => row.departureDate)}::date[],
               ${rows.map((row) => row.currency)}::text[],
               ${rows.map((row) => new Date(row.checks[0]!.at).toISOString())}::timestamptz[]
             ) as row (id, origin, destination, departure_date, currency, due_at)`,
    sql`
      insert into price_watches
        (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price,
         alert_threshold, new_low, route_low)
      select id, ${user}, origin, destination, departure_date, 'economy', 1, currency, target,
             ${rules.threshold}::numeric, ${rules.newLow}, ${rules.routeLow ?? false}
        from unnest(
               ${rows.map((row) => row.id)}::text[],
               ${rows.map((row) => row.origin)}::text[],
               ${rows.map((row) => row.destination)}::text[],
               ${rows.map((row) => row.departureDate)}::date[],
               ${rows.map((row) => row.currency)}::text[],
               ${rows.map((row) => targetOf(rules, row.currency) ?? null)}::bigint[]
             ) as row (id, origin, destination, departure_date, currency, target)`,
    sql`
      insert into watch_fares (watch_id, fare_id, wake_new_low, wake_route_low)
      select watch_id, fare_id, ${rules.newLow}, ${rules.routeLow ?? false}
        from unnest(${rows.map((row) => row.id)}::text[], ${rows.map((row) => row.fare)}::text[]) as row (watch_id, fare_id)`,
  ]);
  return {
    fares: new Map(rows.map((row) => [row.fare, row.name])),
    watches: new Map(rows.map((row) => [row.id, row.name])),
  };
}
