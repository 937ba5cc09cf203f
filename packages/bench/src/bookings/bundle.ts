import { readFileSync } from "node:fs";
import { load } from "@travel-conductor/local/lambda";
import { synth } from "../../../../stacks/synth.ts";

// Runs the Lambda that takes the next steps of bookings, from its bundle and in a process of its own, at each message;
// answers with the most memory (MB) that it had. It uses the services of the bench.

/** What the bundle may know of the bench's environment. */
const known = /^(DATABASE_|UPSTASH_|DUFFEL_|FLIGHT_|KMS_|STRIPE_|AWS_|OFFER_SECRET|MESSAGE_SECRET|APP_URL|MAIL_FROM)/;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => known.test(name)));

const { bundles, remove } = await synth(process.arch === "arm64" ? "arm_64" : "x86_64");
const bundle = bundles["hurried/book"]!;

process.on("message", async () => {
  const worker = await load(bundle, { ...environment, NODE_OPTIONS: bundle.NODE_OPTIONS } as Record<string, string>);
  await worker.invoke({ message: {} }, 240_000);
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${worker.pid}/status`, "utf8")) ?? [];
  await worker.stop();
  process.send?.(Math.round(Number(peak) / 1_024));
});
process.on("disconnect", () => void remove());
process.send?.("ready");
