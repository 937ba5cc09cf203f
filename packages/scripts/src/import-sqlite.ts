import { env } from "@travel-conductor/core/base/env";
import { parse, Refused, run } from "./command.ts";
import { fates } from "./moving/report.ts";
import { moveIn } from "./moving/run.ts";

const usage = `Use: npm run import-sqlite -- <travel_orchestrator.db> [watches.db] [options]

  --dry-run            decides and reports, and writes nothing
  --report <file>      what became of each row, as JSON
  --at <instant>       the moment of the run, such as 2026-11-25T12:00:00Z; now where it is left out

Ends with 0 when all rows arrived, with 1 when some were rejected or kept, with 2 when nothing could be done.`;

const options = {
  "dry-run": { type: "boolean", default: false },
  report: { type: "string" },
  at: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, options, usage);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (positionals.length < 1 || positionals.length > 2) throw new Refused(usage);
  const at = values.at === undefined ? new Date() : new Date(values.at);
  if (Number.isNaN(at.getTime())) throw new Refused(`--at ${values.at} is no instant\n\n${usage}`);
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Refused("DATABASE_URL is not set: where is the Postgres to import into?");
  const start = performance.now();
  // Half of a day's budget; searches need the other half.
  const budget = env.FLIGHT_PROVIDER === "duffel" ? env.FLIGHT_BUDGET_DUFFEL : undefined;
  const { exitCode, tables, gone } = await moveIn({
    ...{ paths: positionals, databaseUrl, at, isDryRun: values["dry-run"], reportPath: values.report },
    callsADay: budget === undefined ? null : budget / 60,
    say: console.log,
  });
  for (const [table, counts] of Object.entries(tables)) {
    const parts = fates.flatMap((fate) => (counts[fate] ? [`${counts[fate]} ${fate}`] : []));
    console.log(`${table}: ${counts.read} read${parts.length > 0 ? `, ${parts.join(", ")}` : ""}`);
  }
  if (gone.watches.length > 0)
    console.log(
      `${gone.watches.length} watches are gone from the file: ${gone.ended ? "ended" : "left, they are over a tenth or a file is missing"}`,
    );
  if (values["dry-run"]) console.log("Nothing was written.");
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`It took ${Math.round(performance.now() - start)} ms, ${peak} MB of memory at most.`);
  return exitCode;
}

await run(main);
