import * as v from "valibot";

/** A requested export. It is fetched by the link that is sent by e-mail. */
export const ExportRequest = v.object({ id: v.string() });
export type ExportRequest = v.InferOutput<typeof ExportRequest>;

/** What the link to an export carries beside its id, which part of it is wanted (the first by default), and how. */
export const ExportLink = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(100)),
  part: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 1),
  format: v.optional(v.picklist(["json", "csv"]), "json"),
});
export type ExportLink = v.InferInput<typeof ExportLink>;

/** One of the `parts` of an export, with a list of rows for each table; a list may continue in the next part. */
export const ExportPart = v.looseObject({
  madeAt: v.pipe(v.string(), v.isoTimestamp()),
  part: v.pipe(v.number(), v.integer()),
  parts: v.pipe(v.number(), v.integer()),
});

/** What becomes of the tips and reviews of an account that is deleted. */
export const Removal = v.strictObject({ posts: v.optional(v.picklist(["erase", "keep"]), "erase") });
export type Removal = v.InferInput<typeof Removal>;
