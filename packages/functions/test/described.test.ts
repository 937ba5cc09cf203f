import { expect, test } from "vitest";
import { fields, rowOf } from "../src/api/openapi/field.ts";
import { operations as texts } from "../src/api/openapi/operations.ts";
import { operations, document as served } from "./support/document.ts";

type Schema = { [keyword: string]: unknown; properties?: Record<string, Described> };
type Described = Schema & { description?: string };
type Media = Record<string, { schema: Schema }>;
type Operation = {
  tags: string[];
  summary: string;
  description?: string;
  security?: object[];
  parameters: { $ref?: string; name: string; in: string; description?: string }[];
  requestBody?: { content: Media };
  responses: Record<string, { content?: Media }>;
};
const document = served as object as {
  info: { description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<"schemas" | "headers", Record<string, Described>> & {
    parameters: Record<string, { name: string; description?: string }>;
  };
};

/** What the document should describe: the path of each thing, as `field.ts` has it, with its description. */
type Found = [path: string, description: string | undefined];

const found: Found[] = [];
const { schemas, headers, parameters } = document.components;
for (const [name, schema] of Object.entries(schemas))
  found.push([name, schema.description], ...propertiesOf(schema, name));
for (const [name, { description }] of Object.entries(headers)) found.push([`header.${name}`, description]);
for (const { name, description } of Object.values(parameters)) found.push([`header.${name}`, description]);
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const key = `${method.toUpperCase()} ${path}`;
    for (const { $ref, name, in: place, description } of operation.parameters) {
      if ($ref) continue;
      const owner = place === "path" ? key.slice(0, key.indexOf(`/{${name}}`)) : key;
      found.push([`${owner}.${place}.${name}`, description]);
    }
    found.push(...contents(operation.requestBody?.content, `${key}.body`));
    for (const { content } of Object.values(operation.responses)) found.push(...contents(content, `${key}.answer`));
  }
}

function contents(content: Media = {}, path: string): Found[] {
  return Object.entries(content)
    .filter(([type]) => type !== "application/problem+json")
    .flatMap(([, { schema }]) => propertiesOf(schema, path));
}

/** The properties of a schema, and those below them; every keyword that holds schemas is followed. */
function propertiesOf(schema: unknown, path: string): Found[] {
  if (Array.isArray(schema)) return schema.flatMap((each) => propertiesOf(each, path));
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema as Schema).flatMap(([keyword, value]) => {
    if (keyword !== "properties") return propertiesOf(value, path);
    return Object.entries(value as Record<string, Described>).flatMap(([name, property]): Found[] => [
      [`${path}.${name}`, property.description],
      ...propertiesOf(property, `${path}.${name}`),
    ]);
  });
}

test("every parameter, property, schema and header says what it means", () => {
  expect(found.length).toBeGreaterThan(800);
  expect(found.filter(([, description]) => !description).map(([path]) => path)).toEqual([]);
});

test("every operation says what it does, and needs a session, a key or nothing", () => {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, ...operation })),
  );
  expect(all.length).toBe(operations.length);
  expect(all.filter(({ description, summary }) => !description || !summary).map(({ key }) => key)).toEqual([]);
  expect(all.filter(({ security }) => security === undefined).map(({ key }) => key)).toEqual([]);
  const open = all.filter(({ security }) => security?.length === 0).map(({ key }) => key);
  expect(open).toEqual(expect.arrayContaining(["GET /health", "POST /v1/auth/login", "GET /v1/airports"]));
  const described = document.tags.filter(({ description }) => description).map(({ name }) => name);
  expect(new Set(all.flatMap(({ tags }) => tags))).toEqual(new Set(described));
});

test("no text is left of a field or an operation that is gone", () => {
  const used = new Set(found.map(([path]) => rowOf(path)));
  expect(Object.keys(fields).filter((row) => !used.has(row))).toEqual([]);
  const keys = operations.map(({ key }) => key);
  expect(Object.keys(texts).filter((key) => !keys.includes(key))).toEqual([]);
});

test("a text is a sentence in plain words", () => {
  const vague = /\b(who|whom|whoever|somebody|nobody|whatever|so many)\b/i;
  for (const text of [...Object.values(fields), ...Object.values(texts)]) {
    expect(text).toMatch(/^[A-Z`-].*[.`]$/);
    expect(text).not.toMatch(vague);
  }
});

test("the longest end of a path counts", () => {
  expect(rowOf("GET /v1/flights.query.adults")).toBe("adults");
  expect(rowOf("Watch.adults")).toBe("Watch.adults");
  expect(rowOf("OldWatch.adults")).toBe("Watch.adults");
  expect(rowOf("Alert.oldWatch")).toBeUndefined();
  expect(rowOf("POST /v1/watches/{id}/snooze.body.days")).toBe("POST /v1/watches/{id}/snooze.body.days");
  expect(rowOf("GET /v1/nothing.answer.unheard")).toBeUndefined();
});

test.each(["Signing in", "Errors", "Pages", "Doing a thing once", "Limits", "Money", "Time", "What is not here"])(
  "the document has an introduction on: %s",
  (title) => expect(document.info.description).toContain(`\n## ${title}\n\n`),
);

test("the introduction names routes, headers, pages and codes that exist", async () => {
  const { description } = document.info;
  const named = [...description.matchAll(/`((?:GET|POST|PATCH|DELETE) [^`]+)`/g)].map(([, key]) => key);
  expect(named.length).toBeGreaterThan(5);
  for (const key of named) expect(Object.keys(texts)).toContain(key);
  const { app } = await import("../src/api/index.ts");
  const links = [...description.matchAll(/\]\((\/[^)]+)\)/g)].map(([, link]) => link as string);
  expect(links).toEqual(["/docs/problems", "/docs/changelog"]);
  for (const link of links) expect((await app.request(link)).status).toBe(200);
});
