import { readFileSync } from "node:fs";
import { startDuffel } from "@travel-conductor/local/duffel";
import { tick } from "@travel-conductor/local/event";
import { load } from "@travel-conductor/local/lambda";
import { synth } from "../../../../stacks/synth.ts";
import { places, rounds } from "./market.ts";

// Receives a number of fares, runs the sweep's bundle on the due fares in a process of its own, and answers with its
// report and its peak memory (bytes). The bundle asks a stand-in for Duffel in this process; each round has new prices.

const stores = ["DATABASE_URL", "DATABASE_HTTP_ENDPOINT", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"];
const environment = Object.fromEntries(stores.map((name) => [name, process.env[name] ?? ""]));
/** Calls without a limit that the rounds could reach: all are of one day, and of twenty accounts without a proven address. */
const unlimited = {
  FLIGHT_BUDGET_DUFFEL: "100000000",
  FLIGHT_CALLS_PER_ACCOUNT: "1000000",
  FLIGHT_CALLS_UNPROVEN: "1000000",
};
/** The timeout of the Lambda (ms). */
const timeout = 270_000;

const duffel = await startDuffel("GBP");
duffel.rate.reset = null;
const { bundles, remove } = await synth(process.arch === "arm64" ? "arm_64" : "x86_64");
let moves: Generator<number[]> | undefined;

process.on("message", async (fares: number) => {
  moves ??= rounds(fares);
  const prices: number[] = moves.next().value;
  const costs = new Map(prices.map((price, index) => [Object.values(places(index)).join(), price]));
  duffel.alter((offer) => {
    const [slice] = offer.slices;
    const price = costs.get(`${slice?.origin.iata_code},${slice?.destination.iata_code}`) ?? 0;
    return { ...offer, total_amount: (price / 100).toFixed(2) };
  });
  const bundle = bundles["cron/sweep"]!;
  const worker = await load(bundle, {
    ...environment,
    NODE_OPTIONS: bundle.NODE_OPTIONS,
    DUFFEL_ACCESS_TOKEN: duffel.token,
    DUFFEL_URL: duffel.url,
    DUFFEL_CURRENCY: "GBP",
    ...unlimited,
  });
  const report = await worker.invoke(tick(new Date()), timeout);
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${worker.pid}/status`, "utf8")) ?? [];
  await worker.stop();
  duffel.heal();
  duffel.rate.reset = null;
  duffel.offers.clear();
  process.send?.({ report, peak: Number(peak) * 1024 });
});
process.on("disconnect", async () => {
  await duffel.stop();
  await remove();
});
process.send?.({});
