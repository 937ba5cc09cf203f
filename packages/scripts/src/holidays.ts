import { setImmediate as yieldTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import * as Airport from "@travel-conductor/core/airport";
import { realNow } from "@travel-conductor/core/base/time";
import { Client } from "pg";

/** The year of `at` and so many after it are filled. */
const yearsAhead = 2;

type Row = { country: string; day: string; name: string; local: string | null; kind: string };

/**
 * Brings `public_holidays` to what the package date-holidays says of every country with an airport, for the year of `at`
 * and the two after it, and deletes those of earlier years, in one transaction. Without `again` nothing is done where the
 * last of these years is there. Computing takes some seconds, in turns of at most a country, so that a server goes on;
 * meanwhile no connection is open. Nothing is written once the `signal` is aborted.
 * @returns how many holidays are kept, or null where nothing was done
 */
export async function fillHolidays(
  databaseUrl: string,
  at: Date,
  { again = false, signal }: { again?: boolean; signal?: AbortSignal } = {},
): Promise<number | null> {
  const first = at.getUTCFullYear();
  const last = first + yearsAhead;
  const isFilled = () =>
    connected(databaseUrl, async (client) => {
      const { rowCount } = await client.query("select from public_holidays where day >= make_date($1, 1, 1) limit 1", [
        last,
      ]);
      return rowCount === 1;
    });
  if (!again && (await isFilled())) return null;
  const rows = await compute(first, last, signal);
  if (signal?.aborted) return null;
  await connected(databaseUrl, async (client) => {
    await client.query("begin");
    await client.query("delete from public_holidays");
    await client.query(
      `insert into public_holidays (country, day, name, local_name, kind)
       select * from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[])
       on conflict do nothing`,
      (["country", "day", "name", "local", "kind"] as const).map((field) => rows.map((row) => row[field])),
    );
    await client.query("commit");
  });
  return rows.length;
}

async function connected<T>(databaseUrl: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  // A server that stops ends the connection: the query that runs then fails, and says so.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

async function compute(first: number, last: number, signal: AbortSignal | undefined): Promise<Row[]> {
  // Loaded here: its data take a moment, and where the table is full they are not needed.
  const { default: Holidays } = await import("date-holidays");
  const countries = [...new Set([...Airport.all().values()].map(({ country }) => country))].sort();
  const known = new Set(Object.keys(new Holidays().getCountries()));
  const rows: Row[] = [];
  for (const country of countries.filter((code) => known.has(code))) {
    await yieldTurn();
    if (signal?.aborted) return [];
    const [local, english] = [new Holidays(country), new Holidays(country, { languages: ["en"] })];
    for (let year = first; year <= last; year++) {
      const names = english.getHolidays(year, "en");
      for (const [index, { date, name, type }] of local.getHolidays(year).entries()) {
        if (type !== "public" && type !== "bank" && type !== "school") continue;
        const said = names[index]?.name ?? name;
        const day = date.slice(0, 10);
        rows.push({ country, day, name: said, local: said === name ? null : name, kind: type });
      }
    }
  }
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const url = process.env.DATABASE_URL;
  if (url) {
    console.log(`${await fillHolidays(url, realNow(), { again: true })} public holidays are kept.`);
  } else {
    console.error("DATABASE_URL is not set: where is the Postgres to fill?");
    process.exitCode = 1;
  }
}
