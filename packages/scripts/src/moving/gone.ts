import type { Run } from "./move.ts";

/** Watches that moved in and are gone from the file: their old ids, and whether they end here. */
export type Gone = { watches: string[]; ended: boolean };

const pageRows = 1_000;

/**
 * Ends the watches that are gone from the file and that were not changed here, unless they are over a tenth of those that
 * moved in, or a run before had more files: then a part of them is missing.
 */
export async function endGone({ old, reader, writer, at }: Run, files: number): Promise<Gone> {
  if (!old.has("watches")) return { watches: [], ended: false };
  old.run("create temp table given_watches (id text primary key)");
  old.run(
    `insert or ignore into given_watches select cast(given.id as text) from ${old.from("watches")} as given where given.id is not null`,
  );
  const gone: { oldId: string; newId: string }[] = [];
  let all = 0;
  for (let after = ""; ; ) {
    const { rows } = await reader.query<{ oldId: string; newId: string }>(
      `select moved_rows.old_id as "oldId", moved_rows.new_id as "newId"
         from moved_rows
        where moved_rows.source = 'watches'
          and moved_rows.fate = 'imported'
          and moved_rows.old_id > $1
        order by moved_rows.old_id
        limit ${pageRows}`,
      [after],
    );
    all += rows.length;
    const there = givenOf(rows.map(({ oldId }) => oldId));
    const missing = rows.filter(({ oldId }) => !there.has(oldId));
    const needed = await standingFor(missing.map(({ newId }) => newId));
    gone.push(...missing.filter(({ newId }) => !needed.has(newId)));
    if (rows.length < pageRows) break;
    after = rows.at(-1)!.oldId;
  }
  const { rows: before } = await reader.query(
    "select from import_runs where cardinality(import_runs.files) > $1 limit 1",
    [files],
  );
  const ended = gone.length > 0 && gone.length * 10 <= all && before.length === 0;
  if (ended && writer)
    await end(
      writer,
      gone.map(({ newId }) => newId),
      at,
    );
  return { watches: gone.map(({ oldId }) => oldId), ended };

  /** Which of these old ids the files have. */
  function givenOf(ids: string[]): Set<unknown> {
    const found = "select id from given_watches where id in (select value from json_each(?))";
    return new Set([...old.rows(found, JSON.stringify(ids))].map(({ id }) => id));
  }

  /** Which of these watches stand for others that the files have. */
  async function standingFor(ids: string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const { rows } = await reader.query<{ oldId: string; newId: string }>(
      `select moved_rows.old_id as "oldId", moved_rows.new_id as "newId"
         from moved_rows
        where moved_rows.source = 'watches'
          and moved_rows.fate = 'merged'
          and moved_rows.new_id = any ($1::text[])`,
      [ids],
    );
    const there = givenOf(rows.map(({ oldId }) => oldId));
    return new Set(rows.flatMap(({ oldId, newId }) => (there.has(oldId) ? [newId] : [])));
  }
}

/** The version of a watch that its owner changed, or the product ended or paused, is no longer the first. */
async function end(client: NonNullable<Run["writer"]>, ids: string[], at: Date): Promise<void> {
  for (let start = 0; start < ids.length; start += pageRows) {
    await client.query(
      `with watch as (
         update price_watches
            set ended_at = $2::timestamptz,
                is_active = false,
                paused_because = null,
                version = price_watches.version + 1,
                updated_at = $2::timestamptz
          where price_watches.id = any ($1::text[])
            and price_watches.version = 1
            and price_watches.ended_at is null
         returning price_watches.*
       ), band as (
         update watch_fares
            set live = false,
                wake_below = 0,
                wake_above = null,
                wake_drop = null,
                wake_first = null
           from watch
          where watch_fares.watch_id = watch.id
         returning watch_fares.watch_id, watch_fares.fare_id
       )
       insert into watch_changes
         (watch_id, version, at, after, fare_id, series, what, target_price, alert_threshold, new_low, route_low, is_active,
          anew, source, source_since)
       select watch.id, watch.version, $2::timestamptz, fares.checked_at, band.fare_id, watch.series, watch.what,
              watch.target_price, watch.alert_threshold, watch.new_low, watch.route_low, false, '{}', fares.source,
              fares.source_since
         from watch
         join band on band.watch_id = watch.id
         join fares on fares.id = band.fare_id`,
      [ids.slice(start, start + pageRows), at.toISOString()],
    );
  }
}
