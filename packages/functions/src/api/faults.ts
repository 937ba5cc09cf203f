import type { Fault } from "@travel-conductor/core/base/error";
import type * as v from "valibot";

type Issue = v.BaseIssue<unknown>;
type Schema = { type: string; entries?: Record<string, Schema>; wrapped?: Schema; options?: Schema[] };

/** The most faults that one answer names: the first ones. */
export const maxFaults = 100;
const maxDetail = 200;

/** Points each issue at its field: `/childAges/0` in a body (RFC 6901), `#childAges` in a query string. */
export function faultsOf(issues: readonly Issue[], sign: "#" | "/"): Fault[] {
  const named = issues.slice(0, maxFaults).flatMap(withinUnion).slice(0, maxFaults);
  return named.map((issue) => {
    const path = issue.path?.map((item) => String(item.key)) ?? [];
    const pointer = sign === "#" ? `#${path[0] ?? ""}` : path.map(toPointer).join("");
    return { pointer, detail: detailOf(issue).slice(0, maxDetail) };
  });
}

/** The faults of the fields of an object, where a value of several kinds is one: valibot names only the whole value. */
function withinUnion(issue: Issue): Issue[] {
  const isObject = typeof issue.input === "object" && issue.input !== null && !Array.isArray(issue.input);
  const inner = issue.type === "union" && isObject ? (issue.issues ?? []).filter(({ path }) => path !== undefined) : [];
  if (inner.length === 0) return [issue];
  return inner.map((each) => ({ ...each, path: [...(issue.path ?? []), ...(each.path ?? [])] }) as unknown as Issue);
}

/**
 * The fields of a body that its schema does not have, all of them: valibot names only the first of an object. Lists are
 * not looked into.
 */
export function unknownFields(schema: Schema, value: unknown, pointer = ""): Fault[] {
  const { type, entries, wrapped, options } = schema;
  if (wrapped) return unknownFields(wrapped, value, pointer);
  const object = type === "union" ? options?.find((option) => option.type === "strict_object") : undefined;
  if (object) return unknownFields(object, value, pointer);
  if (type !== "strict_object" || !entries || typeof value !== "object" || value === null || Array.isArray(value))
    return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = pointer + toPointer(name);
    const known = Object.hasOwn(entries, name) ? entries[name] : undefined;
    return known ? unknownFields(known, inner, place) : [{ pointer: place, detail: unknownField }];
  });
}

const unknownField = "is not a field of this request";

/** `~` and `/` in a name are escaped. */
const toPointer = (name: string) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** One plain sentence, after the field's name. A schema's own message is one already. */
function detailOf(issue: Issue): string {
  if (issue.expected === "never") return unknownField;
  if (issue.received === "undefined") return "is required";
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  return sentences[issue.type]?.(issue) ?? "is not valid";
}

const many = (count: unknown, of: string) => `${count} ${of}${count === 1 ? "" : "s"}`;
/** What a length counts: the characters of a text, or the items of a list. */
const unit = ({ input }: Issue) => (Array.isArray(input) ? "item" : "character");

/** For valibot's own messages, by the type of the schema or of the check. */
const sentences: Record<string, (issue: Issue) => string> = {
  string: () => "must be text",
  number: () => "must be a number",
  boolean: () => "must be true or false",
  array: () => "must be a list",
  object: () => "must be an object",
  strict_object: () => "must be an object",
  record: () => "must be an object",
  picklist: ({ expected }) => `must be one of ${options(expected)}`,
  literal: ({ expected }) => `must be ${options(expected)}`,
  null: () => "must be null",
  integer: () => "must be a whole number",
  safe_integer: () => "must be a whole number",
  min_value: ({ requirement }) => `must be ${requirement} or more`,
  max_value: ({ requirement }) => `must be ${requirement} or less`,
  min_length: (issue) => `must have at least ${many(issue.requirement, unit(issue))}`,
  max_length: (issue) => `must have at most ${many(issue.requirement, unit(issue))}`,
  length: (issue) => `must have ${many(issue.requirement, unit(issue))}`,
  iso_timestamp: () => "must be a moment in UTC, such as 2026-11-26T08:00:00Z",
  url: () => "must be a web address",
};

/** `("economy" | "business")` → `economy, business`. */
function options(expected: string | null): string {
  return (expected ?? "").replace(/[("")]/g, "").replaceAll(" | ", ", ");
}
