import * as v from "valibot";
import { sql, utc } from "../base/db.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import * as Operator from "../operator.ts";
import { type ImportRun, Imports } from "./schema.ts";

/** The order of the list: by the moment of the start, then by id. */
const key = sql`to_char(import_runs.started_at at time zone 'utc', 'YYYYMMDDHH24MISSUS') || ' ' || import_runs.id`;

/**
 * Lists, for an operator, the runs of the importer, newest first.
 * @throws ValiError, Problem `operator.required`, `page.cursor`
 */
export async function imports(userId: string, query: v.InferInput<typeof Imports>) {
  const { limit, cursor } = v.parse(Imports, query);
  const before = decodeCursor(cursor, /^\d{20} \S{1,60}$/);
  const rows = await Operator.queryAsOperator<ImportRun & { key: string }>(
    userId,
    (allowed) => sql`
    select import_runs.id,
           ${utc(sql`import_runs.at`)} as at,
           ${utc(sql`import_runs.started_at`)} as "startedAt",
           ${utc(sql`import_runs.ended_at`)} as "endedAt",
           import_runs.files,
           import_runs.counts,
           import_runs.reasons,
           ${key} as key
      from import_runs
     where ${allowed}
       and (${before}::text is null or ${key} < ${before})
     order by key desc
     limit ${limit + 1}`,
  );
  const { items, nextCursor } = toPage(rows, limit, (row) => row.key);
  return { items: items.map(({ key: _, ...row }) => row), nextCursor };
}
