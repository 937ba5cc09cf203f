import { idOf, madeAt } from "./cell.ts";
import type { Context } from "./context.ts";
import type { OldRow, Source } from "./old.ts";

/** The rows of a table of all files: of those with one id the one that changed last, by the columns `moments`. */
export function* rowsOf({ old, others, at }: Context, source: Source, ...moments: string[]): Generator<OldRow> {
  const files = [old, ...others].filter((file) => file.has(source));
  if (files.length < 2) {
    for (const file of files) yield* file.rows(source);
    return;
  }
  const latest = `latest_${source}`;
  old.note(`create table if not exists ${latest} (id text primary key, changed text, file int)`);
  for (const [file, one] of files.entries())
    for (const row of one.rows(source)) {
      const id = idOf(row("id"));
      const changed = madeAt(id ?? "", ...moments.map(row)) ?? at.toISOString();
      if (id === null) continue;
      old.note(
        `insert into ${latest} values (?, ?, ?)
         on conflict (id) do update set changed = excluded.changed, file = excluded.file
         where excluded.changed > changed`,
        [id, changed, file],
      );
    }
  const latestOf = old.prepared(`select file from ${latest} where id = ?`);
  for (const [file, one] of files.entries())
    for (const row of one.rows(source)) if (latestOf(idOf(row("id")) ?? "")?.file === file) yield row;
}
