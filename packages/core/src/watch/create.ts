import * as v from "valibot";
import { sql } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { plan } from "./plan.ts";
import { hold, type Peers, peers, refusal, room } from "./quota.ts";
import { note } from "./rewrite.ts";
import { add, isOf, later, rouse, wrote } from "./schedule.ts";
import { Create, type Info, rulesIn } from "./schema.ts";
import { missing, once, one, type Shown, shaped } from "./select.ts";
import { stored } from "./subject.ts";

/**
 * Creates the watch that `input` (a `Create`) describes, from `at` on. The first check of each of its fares is due at
 * once, or 30 seconds after the fare's last check. With the `id` of a watch that this user already has, returns that
 * watch, so a repeated request creates nothing.
 * @throws ValiError, Problem `flight.not_sellable`, `watch.too_many_fares`, `watch.duplicate`, `watch.limit`
 */
export async function create(userId: string, input: unknown, at: Date, id: string = newId("wch", at)): Promise<Info> {
  const wanted = v.parse(Create, input);
  const planned = await plan(wanted, at);
  const { fares, basket, endsAt } = planned;
  const [first] = fares;
  const { adults, childAges, infants, cabin, maxStops, currency, endsOn } = wanted;
  const { target, drop, newLow, routeLow } = rulesIn(wanted);
  const made = sql`
    with peers as (${peers(userId, id, isOf(planned), { target, drop, newLow, routeLow })}), watch as (
      insert into price_watches
        (id, user_id, origin_code, destination_code, departure_date, return_date, class, max_stops, adults, child_ages,
         infants, currency, what, ends_on, ends_at, target_price, alert_threshold, new_low, route_low, since, created_at,
         updated_at)
      select ${id}, ${userId}, ${first!.origin}, ${first!.destination}, ${first!.departureDate}, ${first!.returnDate}, ${cabin}, ${maxStops}, ${adults}, ${childAges}::smallint[],
             ${infants}, ${currency}, ${stored(wanted)}::jsonb, ${endsOn}::date, ${endsAt}, ${target}, ${drop}::numeric / 10000,
             ${newLow}, ${routeLow}, ${at}, ${at}, ${at}
        from peers
       where ${room}
         and not peers.twin
      on conflict (id) do nothing
    )
    select peers.active,
           peers.twin
      from peers`;
  const hung = sql`
    with watch as (
      select price_watches.*
        from price_watches
       where price_watches.id = ${id}
    ), band as (
      insert into watch_fares (watch_id, fare_id, wake_new_low, wake_route_low)
      select ${id}, fares.id, ${newLow}, ${routeLow}
        from fares
       where ${isOf(planned)}
         and ${wrote(id)}
      returning watch_id, fare_id
    ) ${note(at)}`;
  const statements = [
    hold(userId),
    made,
    ...add(id, planned, at),
    hung,
    ...rouse(id, basket !== null, at),
    one(userId, id),
  ];
  const results = await once(sql.transaction(statements));
  const [, [others] = []] = results;
  const [row] = results.at(-1) ?? [];
  if (!row) throw refusal(others as Peers) ?? missing();
  await later(results.at(-2) as { id: string }[], at);
  return shaped(row as Shown, at);
}
