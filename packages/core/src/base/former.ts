import * as v from "valibot";

const since = "x-deprecated-since";

/** An optional field that is still read until the next release, deprecated from `day` (UTC) on. */
export function former<S extends v.GenericSchema>(schema: S, day: string) {
  return v.optional(v.pipe(schema, v.metadata({ deprecated: true, [since]: day })));
}

type Entry = { wrapped?: { pipe?: readonly { type: string; metadata?: Record<string, unknown> }[] } };

/** The day since when a field of a schema is deprecated; undefined for a current one. */
export function deprecatedSince(entry: object | undefined): string | undefined {
  const { wrapped } = (entry ?? {}) as Entry;
  return wrapped?.pipe?.find(({ type }) => type === "metadata")?.metadata?.[since] as string | undefined;
}
