import * as v from "valibot";
import { Page } from "../base/page.ts";

const count = v.pipe(v.number(), v.integer());
const instant = v.pipe(v.string(), v.isoTimestamp());

/** What a row lost when it was moved in from the old application: codes of docs/moving-in.md. Null: it was made here. */
export const Moved = v.nullable(v.object({ why: v.array(v.string()) }));

export const List = Page;

/** A row of an account that lost something on the way: `id` is that of the row here. */
export const Lost = v.object({
  kind: v.picklist(["account", "watch", "booking", "traveler", "search"]),
  id: v.string(),
  why: v.array(v.string()),
});
export type Lost = v.InferOutput<typeof Lost>;

/** What moved to an account: how many of each kind it has now, and a page of what was lost on the way. */
export const Mine = v.object({
  moved: v.boolean(),
  counts: v.object({ watches: count, bookings: count, travelers: count, searches: count }),
  items: v.array(Lost),
  nextCursor: v.nullable(v.string()),
});
export type Mine = v.InferOutput<typeof Mine>;

/** How many, by a table of the old files and then by a fate or a reason. */
const tally = v.record(v.string(), v.record(v.string(), count));

/** A run of the importer; `endedAt` is null while it runs, or where it was killed. */
export const ImportRun = v.object({
  id: v.string(),
  at: instant,
  startedAt: instant,
  endedAt: v.nullable(instant),
  files: v.array(v.string()),
  counts: tally,
  reasons: tally,
});
export type ImportRun = v.InferOutput<typeof ImportRun>;

export const Imports = Page;
