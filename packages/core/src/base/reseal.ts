import { makeKey, newestMadeAt } from "./datakey.ts";
import { sql } from "./db.ts";
import { openAll, partsOf, sealAll } from "./vault.ts";

/** A column that holds a sealed value or, with `isList`, a list of `{ sealed }`, each sealed by itself. */
type Place = { table: string; column: string; isList?: true };

/** Where sealed values lie for long, in rows with an `id` and the `user_id` of their owner. */
const places: Place[] = [
  { table: "travelers", column: "sealed" },
  { table: "traveler_documents", column: "sealed" },
  { table: "bookings", column: "sealed" },
  { table: "bookings", column: "passenger_data", isList: true },
];

/** A run within this time of the newest key goes on with that one: it may have been cut off. */
const resumeMs = 24 * 3_600_000;

/** What came of a table: rows that were sealed anew, rows changed by others meanwhile, and rows that do not open. */
type Outcome = { table: string; column: string; resealed: number; changed: number; unreadable: number };

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
    const outcome = await resealColumn(place, version, batch);
    say(`${place.table}.${place.column}: ${outcome.resealed} sealed anew, ${outcome.unreadable} do not open`);
    outcomes.push(outcome);
  }
  return { version, outcomes };
}

async function resealColumn(place: Place, version: number, batch: number): Promise<Outcome> {
  const { table, column } = place;
  const outcome: Outcome = { table, column, resealed: 0, changed: 0, unreadable: 0 };
  for (let after = ""; ; ) {
    const rows = await oldRows(place, version, after, batch);
    if (rows.length === 0) return outcome;
    after = rows.at(-1)?.id ?? after;
    const changes = await sealAnew(table, rows);
    const written = await write(place, changes);
    outcome.resealed += written;
    outcome.changed += changes.length - written;
    outcome.unreadable += rows.length - changes.length;
  }
}

type Part = { sealed: string };
type Row = { id: string; owner: string; held: string | Part[] };
type RowChange = { id: string; before: string; after: string };

/** The next rows in which something is sealed with another key than this. */
async function oldRows(place: Place, version: number, after: string, batch: number): Promise<Row[]> {
  const [name, held] = [sql.unsafe(place.table), sql.unsafe(place.column)];
  const isOld = (value: Parameters<typeof sql>[1]) => sql`split_part(${value}, '.', 1) <> ${String(version)}`;
  return (await sql`
    select id, user_id as owner, ${held} as held
      from ${name}
     where id > ${after}
       and ${
         place.isList
           ? sql`exists (select from jsonb_array_elements(${held}) as part where ${isOld(sql`part ->> 'sealed'`)})`
           : isOld(held)
       }
     order by id
     limit ${batch}`) as Row[];
}

/** What is to be written for the rows whose values all open; values before and after as JSON. */
async function sealAnew(table: string, rows: Row[]): Promise<RowChange[]> {
  const values = rows.map(({ id, owner, held }) =>
    typeof held === "string" ? [{ id, owner, sealed: held }] : partsOf(id, owner, held),
  );
  const opened = (await openAll(table, values.flat())).values();
  const open = rows.flatMap((row, index) => {
    const parts = values[index]!.map((part) => ({ ...part, value: opened.next().value }));
    return parts.some(({ value }) => value === undefined) ? [] : [{ ...row, parts }];
  });
  const anew = (
    await sealAll(
      table,
      open.flatMap(({ parts }) => parts),
    )
  ).values();
  return open.map(({ id, held, parts }) => {
    const list = parts.map(() => ({ sealed: anew.next().value }));
    return {
      id,
      before: JSON.stringify(held),
      after: JSON.stringify(typeof held === "string" ? list[0]?.sealed : list),
    };
  });
}

/** Writes the new values of rows that still hold the old ones. Returns how many. */
async function write({ table, column, isList }: Place, changes: RowChange[]): Promise<number> {
  if (changes.length === 0) return 0;
  const [name, held] = [sql.unsafe(table), sql.unsafe(column)];
  const written = await sql`
    update ${name}
       set ${held} = ${isList ? sql`anew.after` : sql`anew.after #>> '{}'`}
      from unnest(
             ${changes.map(({ id }) => id)}::text[],
             ${changes.map(({ before }) => before)}::jsonb[],
             ${changes.map(({ after }) => after)}::jsonb[]
           ) as anew (id, before, after)
     where ${name}.id = anew.id
       and to_jsonb(${name}.${held}) = anew.before
    returning 1`;
  return written.length;
}
