import { createHash } from "node:crypto";
import { breaks, type Document, type Operation } from "./contract/operation.ts";
import type { Break, Schema } from "./contract/schema.ts";

export { breaks, type Document } from "./contract/operation.ts";

/** The document that clients know, and the lines that the changelog had then (the first 12 digits of their SHA-256). */
export type Lock = { changelog: string[]; document: Document };

/**
 * Compares the document with the recorded one. Returns a line for each difference that an old client may stumble over
 * and that no newer line of the changelog names in code.
 */
export function check(document: Document, lock: Lock, changelog: string): string[] {
  const known = new Set(lock.changelog);
  const fresh = itemsOf(changelog).filter((item) => !known.has(digest(item)));
  return breaks(lock.document, document)
    .filter((each) => !fresh.some((item) => mentions(item, each)))
    .map(({ at, text, names }) => `${at} ${text}: no new line of the changelog has \`${names.at(-1)}\``);
}

/** The record of a document, as it is written: a line for each operation and each component. */
export function record(document: Document, changelog: string): string {
  const { paths, components } = compact(document);
  const rows = (map: Record<string, unknown>) =>
    Object.entries(map).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const operations = Object.entries(paths).map(
    ([path, methods]) => `${JSON.stringify(path)}: {\n${rows(methods).join(",\n")}\n}`,
  );
  const parts = Object.entries(components).map(
    ([name, map]) => `${JSON.stringify(name)}: {\n${rows(map).join(",\n")}\n}`,
  );
  return `{
"changelog": ${JSON.stringify(itemsOf(changelog).map(digest))},
"document": {
"paths": {
${operations.join(",\n")}
},
"components": {
${parts.join(",\n")}
}
}
}
`;
}

/** The items of the changelog's lists, each in one line. */
function itemsOf(changelog: string): string[] {
  return changelog
    .split(/\n(?=- )|\n\n+/)
    .filter((block) => block.startsWith("- "))
    .map((block) => block.slice(2).replace(/\s+/g, " ").trim());
}

const digest = (item: string) => createHash("sha256").update(item).digest("hex").slice(0, 12);

/** Returns whether one of the names stands in code in the line, by itself or as a part, such as `a` in `a.b`. */
function mentions(item: string, { names }: Break): boolean {
  const codes = [...item.matchAll(/`([^`]+)`/g)].map(([, code]) => ` ${code} `);
  return names.some((name) => {
    const word = name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    return codes.some((code) => new RegExp(`[^\\w/]${word}[^\\w/{-]`).test(code));
  });
}

/** The document without what no program relies on, such as texts and examples. */
export function compact({ paths, components }: Document): Document {
  const { schemas, parameters = {} } = components;
  return {
    paths: mapValues(paths, (methods) => mapValues(methods, compactOperation)),
    components: { schemas: mapValues(schemas, compactSchema), parameters: mapValues(parameters, compactPart) as never },
  };
}

function compactOperation({ parameters, requestBody, responses, security }: Operation): Operation {
  return {
    ...(parameters ? { parameters: parameters.map(compactPart) as never } : {}),
    ...(requestBody ? { requestBody: compactPart(requestBody) as never } : {}),
    responses: mapValues(responses ?? {}, compactPart) as never,
    ...(security ? { security } : {}),
  };
}

const texts = new Set(["description", "summary", "example", "examples"]);

/** A parameter, a body or an answer: its own texts go, and those of its schemas; of headers the names stay. */
function compactPart(part: object): object {
  const kept = Object.entries(part).filter(([name]) => !texts.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (name === "schema") return [name, compactSchema(value)];
      if (name === "content") return [name, mapValues(value, compactPart)];
      if (name === "headers") return [name, mapValues(value, () => ({}))];
      return [name, value];
    }),
  );
}

const remarks = new Set([...texts, "title", "deprecated", "default", "$comment"]);

function compactSchema(schema: Schema): Schema {
  const kept = Object.entries(schema).filter(([name]) => !remarks.has(name) && !name.startsWith("x-"));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (name === "properties") return [name, mapValues(value as Record<string, Schema>, compactSchema)];
      if (Array.isArray(value) && /^(any|one|all)Of$/.test(name)) return [name, value.map(compactSchema)];
      const isSchema = (name === "items" || name === "additionalProperties") && typeof value === "object";
      return [name, isSchema ? compactSchema(value as Schema) : value];
    }),
  );
}

function mapValues<T, R>(map: Record<string, T>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}
