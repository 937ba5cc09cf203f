import * as Sweep from "@travel-conductor/core/sweep";
import type { Databases } from "../sweep/databases.ts";
import { fill } from "../sweep/fill.ts";
import { opening, places, provider } from "../sweep/market.ts";
import { start } from "../sweep/timing.ts";

const [many, few, batch] = [10_000, 10, 500];

/**
 * Sweeps 10,000 due fares of one owner and, due after all of these, 10 of another.
 * @returns how many whole batches of 500 were searched before the last of the ten
 */
export async function owners(databases: Databases): Promise<{ owner_delay_batches: number }> {
  const client = await databases.connect("product");
  const at = new Date(start);
  await fill(client, { fares: many + few, each: 1, at, target: "1", threshold: 0.9 });
  await client.query(
    `insert into users (id, email, email_key, password_hash, first_name, last_name, email_verified)
     values ('usr_few', 'few', 'few', '-', 'Bench', 'Bench', true)`,
  );
  await client.query("update users set email_verified = true");
  await client.query("update price_watches set user_id = 'usr_0'");
  const last = Array.from({ length: few }, (_, index) => many + index);
  const ids = last.map((index) => `${index + 1}`.padStart(8, "0"));
  await client.query("update price_watches set user_id = 'usr_few' where substr(id, 5, 8) = any($1)", [ids]);
  await client.query(
    `update fares
        set due_at = $1::timestamptz - make_interval(mins => case when right(id, 8) = any($2) then 0 else 60 end)`,
    [at.toISOString(), ids],
  );
  const market = Object.assign(provider(), {
    prices: Array.from({ length: many + few }, (_, index) => opening(index)),
  });
  const names = last.map(places).map(({ origin, destination }) => `${origin} ${destination}`);
  const searched: string[] = [];
  const asked: typeof market = {
    ...market,
    search: (criteria) => {
      searched.push(`${criteria.origin} ${(criteria as { destination: string }).destination}`);
      return market.search(criteria);
    },
  };
  await Sweep.run(at, { provider: asked, batch, within: 600_000 });
  await client.query("truncate users, fare_keys cascade");
  await client.end();
  const position = Math.max(...names.map((name) => searched.indexOf(name)));
  console.log(`  of ${searched.length} fares the last of the ten was searched as number ${position + 1}`);
  if (searched.length < many + few) throw new Error("not every fare was searched");
  return { owner_delay_batches: Math.floor(position / batch) };
}
