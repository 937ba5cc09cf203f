import { sql } from "@travel-conductor/core/base/db";
import * as Destination from "@travel-conductor/core/destination";
import * as Fare from "@travel-conductor/core/fare";
import type { Client } from "pg";
import { quantile } from "../figures.ts";

/** The moment of the guides, and the departures of the route: one a day for three months. */
const at = new Date("2026-11-22T12:00:00Z");
const departures = 90;
/** The most fares: each departure for one to nine adults, each number of stops, with and without an infant. */
const mostFares = departures * 9 * 4 * 2;
/** How often a fare is priced in the 90 days before, at least. */
const leastMoments = 1_000;

/**
 * Records about `count` observations of one way (LHR–SYD), of each fare at each of some moments of the 90 days before,
 * as sweeps do, and rolls them up in parts. Few observations are of fewer fares, on the same days: what is counted by
 * the day would be less otherwise.
 */
async function record(client: Client, count: number): Promise<void> {
  const fares = Math.min(mostFares, departures * Math.max(1, Math.floor(count / leastMoments / departures)));
  await client.query("truncate fares, price_observations cascade");
  await client.query(
    `insert into fares (id, origin, destination, departure_date, cabin, max_stops, adults, child_ages, infants, currency, source)
     select 'far_' || n, 'LHR', 'SYD', $1::date + n % ${departures} + 1, 'economy',
            nullif(n / ${departures * 9} % 4, 3), 1 + n / ${departures} % 9, '{}', n / ${departures * 36}, 'GBP', 'simulator'
       from generate_series(0, ${fares - 1}) as n`,
    [at],
  );
  const moments = Math.ceil(count / fares);
  const part = 25;
  for (let from = 0; from < moments; from += part) {
    await client.query(
      `insert into price_observations (fare_id, at, status, price, provider)
       select 'far_' || n, $1::timestamptz - (k + 1) * interval '90 days' / ${moments + 1}, 'ok',
              (1 + n / ${departures} % 9) * (20000 + (n * 7919 + k * 104729) % 400 * 100), 'simulator'
         from generate_series(0, ${fares - 1}) as n
        cross join generate_series(${from}, ${Math.min(moments, from + part) - 1}) as k`,
      [at],
    );
    await Fare.rollUp(at, { batch: 200_000, within: 600_000 });
  }
  await client.query("vacuum analyze");
}

/** The median time of a guide with what its way costs, in milliseconds. */
async function time(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 40; round++) {
    const began = performance.now();
    const { costs } = await Destination.get("SYD", { from: "LHR", currency: "GBP" }, at);
    if (costs?.status !== "known") throw new Error("nothing is known of the way");
    times.push(performance.now() - began);
  }
  return quantile(times, 0.5);
}

/** How a guide's figures slow down from `few` observations to `many`. */
export async function growth(client: Client, few: number, many: number): Promise<number> {
  const medians: number[] = [];
  for (const count of [few, many]) {
    const began = performance.now();
    await record(client, count);
    const [row] = await sql`select sum(route_ranges.number)::float8 as counted from route_ranges`;
    medians.push(await time());
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.log(
      `guide of ${count} observations (${row?.counted} counted): median ${medians.at(-1)?.toFixed(1)} ms; made in ${seconds} s`,
    );
  }
  return (medians[1] ?? Number.NaN) / (medians[0] ?? Number.NaN);
}
