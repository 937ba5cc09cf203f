import { makeKey, newestMadeAt } from "./datakey.ts";
import { sql } from "./db.ts";
import { openAll, sealAll } from "./vault.ts";

/** Where sealed values lie for long: the columns of a table with the row's id, its owner and the value. */
const places = [
  { table: "travelers", id: "id", owner: "user_id", sealed: "sealed" },
  { table: "traveler_documents", id: "id", owner: "user_id", sealed: "sealed" },
  { table: "bookings", id: "id", owner: "user_id", sealed: "sealed" },
] as const;
type Place = (typeof places)[number];

/** A run within this time of the newest key goes on with that one: it may have been cut off. */
const resumeMs = 24 * 3_600_000;

/** What came of a table: rows that were sealed anew, rows changed by others meanwhile, and rows that do not open. */
type Outcome = { table: string; resealed: number; changed: number; unreadable: number };

/**
 * Makes a new data key, unless the newest is younger than a day, and seals with it what lies sealed with older ones,
 * `batch` rows at a time. Each batch is one statement, and a row is written only where it still holds what was read: a run
 * that is killed anywhere has lost nothing, the next one goes on, and changes of persons meanwhile stay. Processes that
 * run take the new key up within five minutes; a run after that finds what they sealed until then.
 */
export async function reseal(
  at: Date,
  { batch = 200, say = () => undefined }: { batch?: number; say?: (line: string) => void } = {},
): Promise<{ version: number; outcomes: Outcome[] }> {
  const newest = await newestMadeAt();
  const isYoung = newest !== undefined && at.getTime() - newest.madeAt < resumeMs;
  const version = isYoung ? newest.version : await makeKey(newest?.version ?? 0);
  say(isYoung ? `Going on with data key ${version}` : `Made data key ${version}`);
  const outcomes: Outcome[] = [];
  for (const place of places) {
    const outcome = await resealTable(place, version, batch);
    say(`${place.table}: ${outcome.resealed} sealed anew, ${outcome.unreadable} do not open`);
    outcomes.push(outcome);
  }
  return { version, outcomes };
}

async function resealTable(place: Place, version: number, batch: number): Promise<Outcome> {
  const outcome: Outcome = { table: place.table, resealed: 0, changed: 0, unreadable: 0 };
  for (let after = ""; ; ) {
    const rows = await oldRows(place, version, after, batch);
    if (rows.length === 0) return outcome;
    after = rows.at(-1)?.id ?? after;
    const values = await openAll(place.table, rows);
    const open = rows.flatMap((row, index) => (values[index] === undefined ? [] : [{ ...row, value: values[index] }]));
    const written = await write(place, open, await sealAll(place.table, open));
    outcome.resealed += written;
    outcome.changed += open.length - written;
    outcome.unreadable += rows.length - open.length;
  }
}

type Row = { id: string; owner: string; sealed: string };

/** The next rows that are sealed with another key than this. */
async function oldRows({ table, ...columns }: Place, version: number, after: string, batch: number): Promise<Row[]> {
  const [name, id, owner, sealed] = [table, columns.id, columns.owner, columns.sealed].map((each) => sql.unsafe(each));
  return (await sql`
    select ${id} as id, ${owner} as owner, ${sealed} as sealed
      from ${name}
     where ${id} > ${after}
       and split_part(${sealed}, '.', 1) <> ${String(version)}
     order by ${id}
     limit ${batch}`) as Row[];
}

/** Writes the new values of rows that still hold the old ones. Returns how many. */
async function write({ table, ...columns }: Place, rows: Row[], sealed: string[]): Promise<number> {
  if (rows.length === 0) return 0;
  const [name, id, value] = [table, columns.id, columns.sealed].map((each) => sql.unsafe(each));
  const written = await sql`
    update ${name}
       set ${value} = anew.after
      from unnest(
             ${rows.map((row) => row.id)}::text[],
             ${rows.map((row) => row.sealed)}::text[],
             ${sealed}::text[]
           ) as anew (id, before, after)
     where ${name}.${id} = anew.id
       and ${name}.${value} = anew.before
    returning 1`;
  return written.length;
}
