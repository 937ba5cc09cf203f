import { Instant } from "@travel-conductor/core/base/day";
import pg from "pg";
import * as v from "valibot";
import { parse, Refused, run } from "./command.ts";
import { writtenSince } from "./since/list.ts";

const usage = `Use: npm run moved-since -- <instant> [--json]

  <instant>   such as 2026-11-25T12:00:00Z: what was written here from then on is listed
  --json      a line of JSON for each row and each count

Ends with 0 when nothing was written, with 1 when something was, with 2 when nothing could be said.`;

const options = { json: { type: "boolean" }, help: { type: "boolean" } } as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, options, usage);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const since = v.safeParse(Instant, positionals[0]);
  if (positionals.length !== 1) throw new Refused(usage);
  if (!since.success) throw new Refused(`${positionals[0]} is no instant\n\n${usage}`);
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Refused("DATABASE_URL is not set: where is the Postgres to ask?");
  const here = new pg.Client({ connectionString: databaseUrl });
  await here.connect();
  try {
    await here.query("begin isolation level repeatable read, read only");
    let written = 0;
    for await (const one of writtenSince(here, since.output)) {
      written += "count" in one ? one.count : 1;
      console.log(values.json ? JSON.stringify(one) : line(one));
    }
    return written === 0 ? 0 : 1;
  } finally {
    await here.end();
  }
}

type Written = ReturnType<typeof writtenSince> extends AsyncGenerator<infer One> ? One : never;

function line(one: Written): string {
  if ("count" in one) return `${one.table}: ${one.count} since`;
  return `${one.table} ${one.id} ${one.what}${one.at === null ? "" : ` ${one.at}`}`;
}

await run(main);
