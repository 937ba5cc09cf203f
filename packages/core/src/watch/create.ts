import * as v from "valibot";
import { sql, transaction } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { missing, rejectDuplicate } from "./errors.ts";
import { plan } from "./plan.ts";
import { hasRoom, lockUser, type Peers, refusal, selectPeers } from "./quota.ts";
import { recordChange } from "./rewrite.ts";
import { insertFares, isFareOf, isWritten, retryLocked, scheduleFares } from "./schedule.ts";
import { Create, type Info, rulesOfNew } from "./schema.ts";
import { selectWatch } from "./select.ts";
import { type SelectedWatch, toInfo } from "./shape.ts";
import { toStored } from "./subject.ts";
import { requireChannels } from "./way.ts";

/**
 * Creates the watch that `input` (a `Create`) describes, from `at` on. The first check of each of its fares is due at
 * once, or 30 seconds after the fare's last check. With the `id` of a watch that this user already has, returns that
 * watch, so a repeated request creates nothing.
 * @throws ValiError, Problem `flight.not_sellable`, `watch.too_many_fares`, `watch.channel`, `watch.duplicate`,
 * `watch.limit`
 */
export async function create(userId: string, input: unknown, at: Date, id: string = newId("wch", at)): Promise<Info> {
  const wanted = v.parse(Create, input);
  const { channels } = wanted;
  await requireChannels(userId, channels);
  const planned = await plan(wanted, at);
  const { fares, basket, endsAt } = planned;
  const [first] = fares;
  const { adults, childAges, infants, cabin, maxStops, currency, endsOn } = wanted;
  const { target, drop, newLow, routeLow } = rulesOfNew(wanted);
  const made = sql`
    with peers as (${selectPeers(userId, id, isFareOf(planned), { target, drop, newLow, routeLow })}), watch as (
      insert into price_watches
        (id, user_id, origin_code, destination_code, departure_date, return_date, class, max_stops, adults, child_ages,
         infants, currency, what, ends_on, ends_at, target_price, alert_threshold, new_low, route_low, since, created_at,
         updated_at, channels)
      select ${id}, ${userId}, ${first!.origin}, ${first!.destination}, ${first!.departureDate}, ${first!.returnDate}, ${cabin}, ${maxStops}, ${adults}, ${childAges}::smallint[],
             ${infants}, ${currency}, ${toStored(wanted)}::jsonb, ${endsOn}::date, ${endsAt}, ${target}, ${drop}::numeric / 10000,
             ${newLow}, ${routeLow}, ${at}, ${at}, ${at}, ${channels}::text[]
        from peers
       where ${hasRoom}
         and not peers.twin
      on conflict (id) do nothing
    )
    select peers.*
      from peers`;
  const linked = sql`
    with watch as (
      select price_watches.*
        from price_watches
       where price_watches.id = ${id}
    ), band as (
      insert into watch_fares (watch_id, fare_id, wake_new_low, wake_route_low)
      select ${id}, fares.id, ${newLow}, ${routeLow}
        from fares
       where ${isFareOf(planned)}
         and ${isWritten(id)}
      returning watch_id, fare_id
    ) ${recordChange(at)}`;
  const { others, locked, watch } = await rejectDuplicate(
    transaction({
      lockedUser: lockUser(userId),
      others: made,
      fares: insertFares(id, planned, at),
      linked,
      locked: scheduleFares(id, basket !== null, at),
      watch: selectWatch(userId, id),
    }),
  );
  const [row] = watch;
  if (!row) throw refusal(others[0] as Peers) ?? missing();
  await retryLocked(locked as { id: string }[], at);
  return toInfo(row as SelectedWatch, at);
}
