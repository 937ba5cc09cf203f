import * as Fare from "@travel-conductor/core/fare";
import { unknownTerms } from "@travel-conductor/core/flight";
import * as Insight from "@travel-conductor/core/insight";
import * as Sweep from "@travel-conductor/core/sweep";
import type pg from "pg";
import { quantile } from "../figures.ts";
import type { Databases } from "../sweep/databases.ts";
import { format, timed } from "../sweep/timing.ts";

/** How often each figure is taken, in turn with the other; the medians are compared. */
const rounds = 15;
const at = new Date("2026-06-15T12:00:00Z");
const minutes = 60_000;
const moment = (ms: number) => new Date(at.getTime() + ms);
const departure = (days: number) =>
  moment(days * 1_440 * minutes)
    .toISOString()
    .slice(0, 10);

/**
 * Measures what the roll-up of route prices holds. `route_low_per_plain`: the time of a sweep of 500 fares that each
 * have a watch with the rule "low for the route", per time of the same sweep without the rule, at 1,000,000
 * observations of their 20 routes. `insight_1m_per_10k`: the time of an insight on a route with 1,000,000 observations
 * per time on one with 10,000; the larger of two such figures, compared with its dates and with its route.
 */
export async function routePrices(
  databases: Databases,
): Promise<{ route_low_per_plain: number; insight_1m_per_10k: number }> {
  const client = await databases.connect("product");
  await client.query("truncate users, fare_keys cascade");
  const figures = {
    route_low_per_plain: await routeLow(client),
    insight_1m_per_10k: await insight(client),
  };
  await client.query("truncate users, fare_keys cascade");
  await client.end();
  return figures;
}

/** One route with fares on `dates` days from the 20th on, and `each` observations of each over the last 90 days. */
type Route = { origin: string; destination: string; dates: number; each: number };

/** Writes observations in no order of price, and rolls them up. */
async function fill(client: pg.Client, routes: Route[]): Promise<void> {
  for (const [index, { origin, destination, dates, each }] of routes.entries()) {
    await client.query(
      `insert into fares (id, origin, destination, departure_date, cabin, adults, currency)
       select 'far_' || $1::text || '_' || day, $2, $3, ($4::timestamptz)::date + 20 + day, 'economy', 1 + day % 2, 'GBP'
         from generate_series(0, $5::int - 1) as day`,
      [`${origin}${index}`, origin, destination, at.toISOString(), dates],
    );
    await client.query(
      `insert into price_observations (fare_id, at, status, price, provider)
       select 'far_' || $1::text || '_' || day, $2::timestamptz - (number + day::float8 / $3) * (interval '90 days' / $4::int),
              'ok', (8000 + abs(hashint8(number::bigint * 1000 + day)) % 30000) * (1 + day % 2), 'simulator'
         from generate_series(0, $3::int - 1) as day
        cross join generate_series(1, $4::int) as number`,
      [`${origin}${index}`, at.toISOString(), dates, each],
    );
  }
  const took = await timed(() => rollAllUp());
  await client.query("vacuum analyze");
  console.log(`  rolled up in ${format(took)} ms`);
}

async function rollAllUp(): Promise<void> {
  for (let count = -1; count !== 0; ) count = (await Fare.rollUp(at, { batch: 50_000 })).observations;
}

/** The codes of the routes: all from one airport. */
const destinations = "AGP ALC AMS ATH BCN BER BGY BRU BUD CPH DUB EDI FAO FCO FRA GVA HEL LIS MAD MXP".split(" ");

async function routeLow(client: pg.Client): Promise<number> {
  await fill(
    client,
    destinations.map((destination) => ({ origin: "STN", destination, dates: 100, each: 500 })),
  );
  const { rows } = await client.query<{ id: string }>("select id from fares where departure_date < $1", [
    departure(45),
  ]);
  await client.query(
    `insert into users (id, email, email_key, password_hash, first_name, last_name)
     values ('usr_1', 'bench@example.com', 'bench@example.com', '-', 'Bench', 'Bench')`,
  );
  await client.query(
    `insert into price_watches
       (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price, route_low)
     select 'wch_' || id, 'usr_1', origin, destination, departure_date, cabin, adults, currency, 1, true
       from fares where id = any($1)`,
    [rows.map(({ id }) => id)],
  );
  await client.query(
    "insert into watch_fares (watch_id, fare_id, wake_below) select id, substr(id, 5), 1 from price_watches",
  );
  await client.query("vacuum analyze");
  const provider = {
    name: "simulator",
    async search() {
      // Above every route low, so that both kinds of sweep write the same.
      const total = 99_000;
      const offer = {
        provider: "simulator",
        reference: "bench",
        simulated: true,
        total,
        currency: "GBP",
        expiresAt: "",
      };
      return { status: "ok" as const, offers: [{ ...offer, ...unknownTerms, slices: [] }] as [never] };
    },
  };
  const spent = { low: [] as number[], plain: [] as number[] };
  for (let round = 0; round < 2 * rounds; round++) {
    const kind = round % 2 ? "low" : "plain";
    const now = moment((round + 1) * 5 * minutes);
    await client.query("update watch_fares set wake_route_low = $1", [kind === "low"]);
    await client.query("update fares set due_at = $1 where id = any($2)", [
      now.toISOString(),
      rows.map(({ id }) => id),
    ]);
    const took = await timed(async () => {
      const { fares } = await Sweep.run(now, { provider, batch: 500 });
      if (fares !== rows.length) throw new Error(`no figure is worth printing: ${fares} of ${rows.length} fares`);
    });
    if (round > 3) spent[kind].push(took);
    await Fare.rollUp(now);
  }
  const [low, plain] = [quantile(spent.low, 0.5), quantile(spent.plain, 0.5)];
  console.log(`  a sweep of ${rows.length} fares: ${format(low)} ms with route lows, ${format(plain)} ms without`);
  return low / plain;
}

async function insight(client: pg.Client): Promise<number> {
  await client.query("truncate users, fare_keys cascade");
  const busy = { origin: "LHR", destination: "JFK", dates: 200, each: 5_000 };
  const quiet = { origin: "LHR", destination: "BOS", dates: 200, each: 50 };
  await fill(client, [busy, quiet]);
  const take = async ({ origin, destination }: Route) => {
    const departureDate = departure(100);
    const { sample } = await Insight.get({ origin, destination, departureDate, currency: "GBP", price: "200.00" }, at);
    return sample.of;
  };
  let worst = 0;
  for (const of of ["dates", "route"] as const) {
    const spent = { busy: [] as number[], quiet: [] as number[] };
    if (of === "route") {
      // No observations of the dates that are asked for.
      await client.query("delete from fares where departure_date = $1", [departure(100)]);
      await rollAllUp();
      await client.query("vacuum analyze");
    }
    for (let round = 0; round < rounds + 2; round++)
      for (const [name, route] of Object.entries({ busy, quiet }) as ["busy" | "quiet", Route][]) {
        const took = await timed(async () => {
          if ((await take(route)) !== of) throw new Error(`no figure is worth printing: not of the ${of}`);
        });
        if (round > 1) spent[name].push(took);
      }
    const [large, small] = [quantile(spent.busy, 0.5), quantile(spent.quiet, 0.5)];
    console.log(
      `  an insight by ${of}: ${large.toFixed(1)} ms at 1,000,000 observations, ${small.toFixed(1)} ms at 10,000`,
    );
    worst = Math.max(worst, large / small);
  }
  return worst;
}
