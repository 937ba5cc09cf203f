import { Instant } from "@travel-conductor/core/base/day";
import pg from "pg";
import * as v from "valibot";
import { parse, Refused, run } from "./command.ts";

const usage = `Use: npm run verify-import -- <travel_orchestrator.db> [watches.db] [--at <instant>]…

  --at <instant>   the moment of an import, such as 2026-11-25T12:00:00Z, once for each; now where it is left out

Ends with 0 when everything is as it must be, with 1 when something differs, with 2 when nothing could be said.`;

const options = { at: { type: "string", multiple: true }, help: { type: "boolean" } } as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, options, usage);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (positionals.length < 1 || positionals.length > 2) throw new Refused(usage);
  const ats = (values.at ?? [new Date().toISOString()]).map(instantOf);
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Refused("DATABASE_URL is not set: where is the Postgres that was imported into?");
  const { verify } = await load();
  const here = new pg.Client({ connectionString: databaseUrl });
  await here.connect();
  try {
    await here.query("begin isolation level repeatable read, read only");
    const differences = await verify({ paths: positionals, here, ats, say: console.log });
    console.log(differences === 0 ? "All is as it must be." : `${differences} differences.`);
    return differences === 0 ? 0 : 1;
  } finally {
    await here.end();
  }
}

/** Loaded when there is something to do: the vault reads the whole environment, and says what is missing there. */
function load() {
  return import("./verifying/verify.ts").catch((error: Error) => {
    throw new Refused(error.message);
  });
}

function instantOf(text: string): Date {
  const instant = v.safeParse(Instant, text);
  if (!instant.success) throw new Refused(`--at ${text} is no instant\n\n${usage}`);
  return instant.output;
}

await run(main);
