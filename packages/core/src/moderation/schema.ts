import * as v from "valibot";
import { Page } from "../base/page.ts";
import * as Post from "../post.ts";

/** Which texts: those that wait for approval, those with open reports, or those with an open request for a second decision. */
export const Query = v.strictObject({
  ...Page.entries,
  state: v.optional(v.picklist(["waiting", "reported", "appealed"]), "waiting"),
});
export type Query = v.InferInput<typeof Query>;

export const Decide = v.strictObject({ decision: v.picklist(["publish", "hide"]), reason: Post.reasonText });
export type Decide = v.InferInput<typeof Decide>;

const instant = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A text as operators see it. Its writer and reporters are not named. */
export const Queued = v.object({
  id: v.string(),
  type: v.picklist(["tip", "review"]),
  place: v.string(),
  state: v.picklist(["waiting", "published", "hidden"]),
  language: v.string(),
  title: v.nullable(v.string()),
  body: v.string(),
  details: Post.Version.entries.details,
  writtenAt: instant,
  updatedAt: instant,
  versions: count,
  urgent: v.boolean(),
  reports: v.array(v.object({ reason: Post.Report.entries.reason, note: v.nullable(v.string()), at: instant })),
  decisions: v.array(
    v.object({ decision: v.picklist(["publish", "hide"]), reason: v.string(), at: instant, second: v.boolean() }),
  ),
  appeal: v.nullable(v.object({ text: v.string(), at: instant })),
});
export type Queued = v.InferOutput<typeof Queued>;

export const Decided = v.object({ id: v.string(), state: v.picklist(["published", "hidden"]) });
export type Decided = v.InferOutput<typeof Decided>;
