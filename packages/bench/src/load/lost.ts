import { setTimeout as wait } from "node:timers/promises";
import { request } from "@travel-conductor/local/event";
import type pg from "pg";
import { post } from "./drive.ts";
import { type Accepted, addressOf, get } from "./mix.ts";
import type { Product } from "./product.ts";
import { password } from "./world.ts";

/** What was accepted and is not there, and alerts that are missing or there twice. */
export type Lost = { watches: number; people: number; alertsMissing: number; alertsTwice: number };

/**
 * Asks the API for everything that it accepted: each watch in its owner's list, each account by a sign-in. Sweeps until
 * nothing is due; then each of these watches, which any price fulfils, has an alert, and another one only at a price a
 * tenth lower, as the rules say of the first twelve hours; each alert has one message. Where no check since the watch came
 * gave a price, because the market sells nothing there, no alert is due.
 */
export async function findLost(product: Product, client: pg.Client, accepted: Accepted): Promise<Lost> {
  const [port = 0] = product.ports;
  let watches = 0;
  for (const person of new Set(accepted.watches.map((watch) => watch.person))) {
    const own = accepted.watches.filter((watch) => watch.person === person);
    const listed = new Set<string>();
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const { status, body } = await post(port, get(`/v1/watches?limit=100${page}`, person));
      if (status !== 200) throw new Error(`a list of watches was answered ${status}: ${body}`);
      const { items, nextCursor } = JSON.parse(body) as { items: { id: string }[]; nextCursor: string | null };
      for (const { id } of items) listed.add(id);
      cursor = nextCursor;
    }
    watches += own.filter(({ id }) => !listed.has(id)).length;
  }

  let people = 0;
  for (const [index, email] of accepted.people.entries()) {
    // Addresses that no request of the load came from.
    const address = addressOf((1 << 20) + index);
    const event = request("POST", "/v1/auth/login", { address, body: { email, password } });
    if ((await post(port, event)).status !== 200) people++;
  }

  // A fare that was checked just before its watch came is due 30 seconds later, and a sweep looks a minute later.
  await wait(61_000);
  while ((await product.sweep()).fares > 0);
  const ids = accepted.watches.map(({ id }) => id);
  const { rows } = await client.query<{ missing: number; unsold: number; twice: number; fares: string[] | null }>(
    `select count(*) filter (where found.count = 0 and found.sold)::int as missing,
            count(*) filter (where found.count = 0 and not found.sold)::int as unsold,
            array_agg(found.fare) filter (where found.count = 0) as fares,
            count(*) filter (where found.repeated or found.queued > found.count)::int as twice
       from (
         select asked.id,
                watch_fares.fare_id
                  || (
                    select string_agg(' ' || price_observations.status, '' order by price_observations.at)
                      from price_observations
                     where price_observations.fare_id = watch_fares.fare_id
                  ) as fare,
                exists (
                  select
                    from price_observations
                   where price_observations.fare_id = watch_fares.fare_id
                     and price_observations.at > price_watches.created_at
                     and price_observations.status in ('ok', 'partial')
                ) or not exists (
                  select
                    from price_observations
                   where price_observations.fare_id = watch_fares.fare_id
                     and price_observations.at > price_watches.created_at
                ) as sold,
                (select count(*) from alerts where alerts.watch_id = asked.id) as count,
                exists (
                  select
                    from (
                           select alerts.price,
                                  lag(alerts.price) over (order by alerts.at) as before
                             from alerts
                            where alerts.watch_id = asked.id
                         ) as told
                   where told.price > told.before * 0.9
                ) as repeated,
                (
                  select count(*)
                    from alert_deliveries
                    join alerts on alerts.id = alert_deliveries.alert_id
                   where alerts.watch_id = asked.id
                ) as queued
           from unnest($1::text[]) as asked (id)
           join price_watches on price_watches.id = asked.id
           join watch_fares on watch_fares.watch_id = asked.id
       ) as found`,
    [ids],
  );
  if (rows[0]?.fares)
    console.log(`watches without an alert, ${rows[0].unsold} of them without a price: ${rows[0].fares}`);
  return { watches, people, alertsMissing: rows[0]?.missing ?? 0, alertsTwice: rows[0]?.twice ?? 0 };
}
