import { sql } from "@travel-conductor/core/db";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limit } from "../src/api/guard.ts";
import * as a from "./client.ts";
import { answered, document, operations, type Schema } from "./document.ts";

/** Text that is right in one field or another, and text that is right in none. */
const words = [
  ...[
    "STN",
    "bgy",
    "LON",
    "ZZZ",
    a.day(),
    "1999-02-30",
    "20.00",
    "0",
    "1.005",
    "GBP",
    "jpy",
    "XXX",
    "economy",
    "+442079460000",
  ],
  ...[
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "%00",
    "'",
    "null",
    "-0",
    "1e9",
    "Infinity",
    "__proto__",
    "ﬁ",
    "\u202e",
    "🛫",
  ],
];
const hostile = [
  ...[
    "",
    "{",
    "[]",
    "null",
    "0",
    '"x"',
    "{} ",
    "\ufeff{}",
    '{"__proto__":{"userId":"x"}}',
    '{"constructor":{"prototype":{}}}',
  ],
  ...[
    '{"id":"wch_x","user_id":"usr_x"}',
    '{"adults":1e999}',
    `{"email":"${"a".repeat(limit - 20)}"}`,
    "x".repeat(limit + 1),
  ],
  ...[
    "[".repeat(100_000),
    `${'{"rules":'.repeat(9_000)}1${"}".repeat(9_000)}`,
    `{"childAges":[${"9,".repeat(50_000)}9]}`,
  ],
  ...[`{${Array.from({ length: 9_000 }, (_, n) => `"k${n}":${n}`)}}`, '{"email":"a","email":"b"}'],
];

const text = fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary" }), fc.emailAddress());
const junk = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));

/** Values of the right type for a JSON schema, in and out of its bounds. */
function typed(schema: Schema): fc.Arbitrary<unknown> {
  const { type, enum: values, anyOf, items, properties, minimum = 0, maximum = 9 } = schema;
  if (values) return fc.constantFrom(...values);
  if (anyOf) return fc.oneof(...anyOf.map(typed));
  if (type === "array") return fc.array(typed(items ?? {}), { maxLength: 12 });
  if (type === "boolean") return fc.boolean();
  if (type === "integer") return fc.integer({ min: minimum - 1, max: maximum + 1 });
  if (type === "number")
    return fc.double({ min: minimum, max: maximum, noNaN: true }).map((n) => Math.round(n * 100) / 100);
  if (type === "null") return fc.constant(null);
  return properties ? record(schema) : text;
}

/** An object with most of its fields well typed, some not, some missing and some unknown. */
function record({ properties = {} }: Schema): fc.Arbitrary<unknown> {
  const field = (schema: Schema) => fc.oneof({ weight: 9, arbitrary: typed(schema) }, { weight: 1, arbitrary: junk });
  const fields = Object.entries(properties).map(([name, schema]) => [name, field(schema)] as const);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const more = fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(text, junk, { maxKeys: 2 }) },
  );
  return fc.tuple(known, more).map(([one, two]) => ({ ...two, ...one }));
}

const bodies = (method: string, schema: Schema | undefined) =>
  schema
    ? fc.oneof(
        { weight: 8, arbitrary: record(schema).map((body) => JSON.stringify(body)) },
        { weight: 1, arbitrary: junk.map((body) => JSON.stringify(body)) },
        { weight: 1, arbitrary: fc.constantFrom(...hostile) },
      )
    : fc.constantFrom(undefined, ...(method === "GET" ? [] : hostile));

/** Half a surrogate pair has no UTF-8 to be encoded: it goes as U+FFFD. */
const percent = (value: unknown) => encodeURIComponent(Buffer.from(String(value)).toString());

function queries(parameters: { name: string; schema: Schema }[]) {
  const given = (name: string, value: unknown) => `${percent(name)}=${percent(value)}`;
  const known = parameters.map(({ name, schema }) => typed(schema).map((value) => given(name, value)));
  const strange = fc.oneof(
    fc
      .tuple(fc.constantFrom("limit", "cursor", "q", "__proto__", "constructor", "x"), text)
      .map(([name, value]) => given(name, value)),
    fc.constantFrom(
      "%ff=%E0%A4%A",
      "=",
      "&&",
      "limit",
      "cursor=%00",
      "limit=5&limit=6",
      "q[]=1",
      `q=${"x".repeat(5_000)}`,
    ),
  );
  return fc.array(known.length ? fc.oneof(...known.map((arbitrary) => ({ weight: 3, arbitrary })), strange) : strange, {
    maxLength: 6,
  });
}

const ids = (own: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(own) },
    { weight: 1, arbitrary: text.map((id) => percent(id)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("%00", "%ff", "..", "wch_", own.toUpperCase(), `${own}x`, `alr_${own.slice(4)}`),
    },
  );

const headers = fc.record(
  {
    "content-type": fc.oneof(
      { weight: 9, arbitrary: fc.constant("application/json") },
      fc.constantFrom("", "text/plain", "a/b;", "application/json;x"),
    ),
    "idempotency-key": fc.oneof(fc.string({ unit: "grapheme-ascii" }), fc.constantFrom("", "é", "\t", "k".repeat(256))),
  },
  { requiredKeys: [] },
);

/** How many rows of each kind there are, by which a refused request is seen to have written none. */
async function rows() {
  const [counts] = await sql`
    select (select count(*) from users) as users, (select count(*) from sessions) as sessions,
           (select count(*) from price_watches) as watches, (select count(*) from watch_fares) as "watchFares",
           (select count(*) from fares) as fares, (select count(*) from price_observations) as observations,
           (select count(*) from alerts) as alerts, (select count(*) from search_analytics) as searches`;
  return counts;
}

describe.each(operations)("$key", ({ method, path, query, body, statuses, answer, signed }) => {
  test("answers anything with what it promises or a problem that says where, and a refusal writes nothing", async () => {
    const { token } = await a.user();
    const own = path.includes("alerts") ? (await a.alert(token)).id : (await a.watch(token)).id;
    let before = await rows();
    await fc.assert(
      fc.asyncProperty(ids(own), queries(query), headers, bodies(method, body), async (id, asked, headers, body) => {
        const address = `${path.replace("{id}", id)}${asked.length ? `?${asked.join("&")}` : ""}`;
        const response = await a.call(method, address, {
          headers,
          ...(signed ? { token } : {}),
          ...(body === undefined ? {} : { body }),
        });
        const { status } = response;
        expect([...statuses, 404], await response.clone().text()).toContain(status);
        expect(status).toBeLessThan(500);
        await answered(response, answer);
        const after = await rows();
        if (status >= 400) expect(after).toEqual(before);
        before = after;
      }),
      { numRuns: 80 },
    );
  });
});

test("the document's own examples are good requests", async () => {
  const { token } = await a.user();
  const example = (path: string, method: string) =>
    document.paths[path]?.[method]?.requestBody?.content["application/json"].example;
  const body = { ...example("/v1/watches", "post"), departureDate: a.day() };
  const made = await a.read(await a.call("POST", "/v1/watches", { token, body }), 201);
  const change = example("/v1/watches/{id}", "patch");
  expect((await a.call("PATCH", `/v1/watches/${made.id}`, { token, body: change })).status).toBe(200);
});
