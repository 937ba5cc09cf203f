import * as v from "valibot";
import { Prose } from "../base/proseschema.ts";
import { characters, plain, plainLines, unreadable } from "../base/text.ts";
import * as Flight from "../flight.ts";
import { Language, Section } from "./schema.ts";

const Title = v.pipe(v.string(), v.trim(), v.regex(plain, unreadable), characters(1, 100));
const Source = v.pipe(
  v.string(),
  v.minLength(1, "must not be empty"),
  v.maxLength(20_000, "must have at most 20000 characters"),
  v.regex(plainLines, unreadable),
);

/** The text of a section, in Markdown, and the day on which it was last checked. */
const content = { title: Title, source: Source, checkedOn: Flight.Day };
export const Draft = v.strictObject({ section: Section, language: Language, ...content });
export type Draft = v.InferInput<typeof Draft>;

const revision = v.pipe(v.number(), v.integer(), v.minValue(1));
/** The draft as it shall be; `revision` is the one that was changed. */
export const Change = v.strictObject({ ...content, revision });
export type Change = v.InferInput<typeof Change>;
export const Publish = v.strictObject({ revision });
export const Preview = v.strictObject({ source: Source });
export const Previewed = v.object({ blocks: Prose });

const instant = v.pipe(v.string(), v.isoTimestamp());
/** A version of a section; `author` is the first name of its last author, null where the account is deleted. */
export const Version = v.object({
  id: v.string(),
  place: v.string(),
  section: Section,
  language: Language,
  state: v.picklist(["draft", "published", "replaced", "withdrawn"]),
  revision: v.number(),
  title: v.string(),
  source: v.string(),
  author: v.nullable(v.string()),
  checkedOn: v.pipe(v.string(), v.isoDate()),
  createdAt: instant,
  updatedAt: instant,
  publishedAt: v.nullable(instant),
});
export type Version = v.InferOutput<typeof Version>;
