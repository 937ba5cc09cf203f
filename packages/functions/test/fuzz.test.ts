import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import * as Session from "@travel-conductor/core/session";
import { runs } from "@travel-conductor/core/test/runs";
import { planned } from "@travel-conductor/local/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxBodyBytes } from "../src/api/guard.ts";
import { booking } from "./support/bookings.ts";
import * as a from "./support/client.ts";
import { answered, document, operations, type Schema } from "./support/document.ts";
import * as f from "./support/factors.ts";
import { writtenGuide } from "./support/operators.ts";
import { post } from "./support/posts.ts";
import { traveler } from "./support/travelers.ts";

/** Text that is valid for some field, and text that is valid for none. */
const words = [
  ..."STN bgy LON ZZZ 1999-02-30 20.00 0 1.005 GBP jpy XXX economy +442079460000 %00 null -0 1e9 __proto__ 🛫".split(
    " ",
  ),
  // Cursors of the right form that refer to nothing.
  ...["alr_00000000000000000000000000", "9999999999999999 ok", "99999999999999999 ok"].map((key) =>
    btoa(key).replaceAll("=", ""),
  ),
  ...["", " ", "'", "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202e"],
];
const nested = `${'{"rules":'.repeat(9_000)}1${"}".repeat(9_000)}`;
const wide = `{${Array.from({ length: 9_000 }, (_, n) => `"k${n}":${n}`)}}`;
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
    "[".repeat(100_000),
    "x".repeat(maxBodyBytes + 1),
    nested,
    wide,
  ],
  ...['{"__proto__":{"userId":"x"}}', '{"constructor":{"prototype":{}}}', '{"id":"wch_x","user_id":"usr_x"}'],
  ...[
    '{"email":"a","email":"b"}',
    `{"email":"${"a".repeat(maxBodyBytes - 20)}"}`,
    `{"childAges":[${"9,".repeat(50_000)}9]}`,
  ],
];

const text = fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary" }), fc.emailAddress());
const junk = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));

/** The first in nine cases of ten, otherwise the second. */
const mostly = <T, U>(one: fc.Arbitrary<T>, other: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 9, arbitrary: one }, { weight: 1, arbitrary: other });

/** Values of the right type for a JSON schema, within and outside its bounds. */
function typed(schema: Schema): fc.Arbitrary<unknown> {
  const { type, enum: values, anyOf, items, properties, minimum = 0, maximum = 9 } = schema;
  if (values) return fc.constantFrom(...values);
  if (anyOf) return fc.oneof(...anyOf.map(typed));
  if (properties) return fields(properties, {});
  if (type === "array") return fc.array(typed(items ?? {}), { maxLength: 12 });
  if (type === "boolean") return fc.boolean();
  if (type === "integer") return fc.integer({ min: minimum - 1, max: maximum + 1 });
  if (type === "number") return fc.integer({ min: 100 * minimum, max: 100 * maximum }).map((n) => n / 100);
  return type === "null" ? fc.constant(null) : text;
}

/** An example with up to three fields changed or removed, and sometimes an unknown field. */
function fields(properties: Record<string, Schema>, example: object): fc.Arbitrary<Record<string, unknown>> {
  const values = Object.entries(properties).map(([name, schema]) => [name, mostly(typed(schema), junk)] as const);
  const changes = fc.tuple(
    fc.subarray(Object.keys(properties), { maxLength: Math.min(3, values.length) }),
    fc.record(Object.fromEntries(values)),
    mostly(fc.constant({}), fc.dictionary(text, junk, { maxKeys: 2 })),
    mostly(fc.constant(false), fc.constant(true)),
  );
  return changes.map(([names, values, more, gone]) => ({
    ...example,
    ...Object.fromEntries(names.map((name) => [name, gone ? undefined : values[name]])),
    ...more,
  }));
}

function bodies({ method, body, example }: (typeof operations)[number]): fc.Arbitrary<string | undefined> {
  const sent = fc.constantFrom(...hostile);
  if (!body) return mostly(fc.constant(undefined), method === "GET" ? fc.constant(undefined) : sent);
  return mostly(
    mostly(fields(body.properties ?? {}, example), junk).map((value) => JSON.stringify(value)),
    sent,
  );
}

/** A list is written with commas, an object as JSON, because its `toString` may not be a function. */
function written(value: unknown): string {
  if (Array.isArray(value)) return value.map(written).join();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Half a surrogate pair cannot be encoded in UTF-8: it is sent as U+FFFD. */
const percent = (value: unknown) => encodeURIComponent(Buffer.from(written(value)).toString());

function queries({ query }: (typeof operations)[number]): fc.Arbitrary<string> {
  const properties = Object.fromEntries(query.map(({ name, schema }) => [name, schema]));
  const example = Object.fromEntries(
    query.flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])),
  );
  const given = (entries: [string, unknown][]) =>
    entries.filter(([, value]) => value !== undefined).map(([name, value]) => `${percent(name)}=${percent(value)}`);
  const known = fields(properties, example).map((values) => given(Object.entries(values)));
  const strange = fc.constantFrom(
    "%ff=%E0%A4%A",
    "=",
    "&&",
    "limit",
    "cursor=%00",
    "limit=5&limit=6",
    "q[]=1",
    "__proto__=1",
  );
  const asked = query.length ? known : fc.constant<string[]>([]);
  return fc
    .tuple(asked, mostly(fc.constant([]), fc.array(strange, { maxLength: 2 })))
    .map(([one, two]) => [...one, ...two].join("&"));
}

const ids = (own: string) =>
  mostly(
    fc.constant(own),
    fc.oneof(
      // Of `..` an address makes the path of another route.
      text.map(percent).filter((id) => !/^\.{1,2}$/.test(id)),
      fc.constantFrom("%00", "%ff", "...", "wch_", own.toUpperCase(), `alr_${own.slice(4)}`),
    ),
  );

const headers = fc.record({
  "content-type": mostly(
    fc.constant("application/json"),
    fc.constantFrom("", "text/plain", "a/b;", "application/json;x"),
  ),
  "idempotency-key": mostly(fc.uuid(), fc.constantFrom("", "é", "\t", "k", "k".repeat(256))),
});

/**
 * What a refused request may write: the trail of failed logins, counts, and mail to the owner of a taken address. A
 * refused passkey uses its challenge up, and the first use of the vault makes its key.
 */
const refusalTables = [
  "account_events",
  "login_attempts",
  "messages",
  "mailbox_letters",
  "passkey_challenges",
  "data_keys",
];
const tables = await sql`
  select tables.table_name as "name"
    from information_schema.tables
   where tables.table_schema = 'public'
     and tables.table_type = 'BASE TABLE'
     and not exists (select from pg_inherits where pg_inherits.inhrelid = tables.table_name::regclass)
     and tables.table_name <> all(${refusalTables}::text[])`;

/** The number of rows of every other table, to see that a refused request has written none. */
const rows = await planned(
  `select ${tables.map(({ name }) => `(select count(*)::int from "${name}") as "${name}"`).join(", ")}`,
);

/** A resource of the user, of the kind in the path. */
async function mine(path: string, token: string): Promise<string> {
  if (path.includes("keys")) return (await a.key(token, ["read"])).id;
  if (path.includes("export")) return (await a.read(await a.call("POST", "/v1/me/export", { token }), 202)).id;
  if (path.includes("passkeys/{")) return (await f.withPasskey(await f.ownerOf(token))).id;
  if (path.includes("searches/")) return (await a.search(token)).id;
  if (path.includes("paid")) return "STN-BGY";
  if (path.includes("sessions")) return Session.lookup(token).sessionId;
  if (path.includes("offers")) return a.offer();
  if (path.includes("providers")) return "simulator";
  if (path.includes("feeds")) return (await a.feed(token, "atom")).split("/").at(-1) ?? "";
  if (path.includes("deliveries/")) return a.failedMessage();
  if (path.includes("setup/{")) return a.cardSetup(token);
  if (path.includes("payment-methods")) return (await a.card(token)).id;
  if (path.includes("places/{")) return "LIS";
  if (path.includes("guides/{")) return "BCN";
  if (path.includes("guide-versions/{")) return (await writtenGuide()).id;
  if (path.includes("help/{")) return "search-tips";
  if (/(?:tips|reviews|posts)\/\{/.test(path)) return post(token, path.includes("reviews") ? "reviews" : "tips");
  if (path.includes("shared/")) return "A".repeat(32);
  if (path.includes("bookings/{")) return (await booking(token)).id;
  if (path.includes("travelers/{")) return (await traveler(token)).id;
  if (path.includes("channels")) return (await a.channel(token)).id;
  if (path.includes("alerts")) return (await a.alert(token)).id;
  if (path.includes("watches")) return (await a.watch(token)).id;
  if (path.includes("{")) throw new Error(`${path} needs an id: make one of its kind here`);
  return "";
}

describe.each(operations)("$key", (operation) => {
  const { method, path, statuses, signed } = operation;

  test("answers any input as promised or with a problem that names the field, and a refusal writes nothing", async () => {
    // What operators can change stays as the other tests need it.
    const { token } = await (method === "GET" && path.includes("/admin/") ? a.operator() : a.user());
    const own = await mine(path, token);
    let before = await rows();
    const property = async (id: string, query: string, headers: Record<string, string>, body: string | undefined) => {
      // A refused request by the limit says nothing about the route.
      await redis.flushall();
      const sent = { headers, ...(signed ? { token } : {}), ...(body === undefined ? {} : { body }) };
      const response = await a.call(method, `${path.replace(/\{\w+\}/, id)}?${query}`, sent);
      const { status } = response;
      expect([...statuses, 404], await response.clone().text()).toContain(status);
      expect(status).toBeLessThan(500);
      await answered(response, operation);
      const after = await rows();
      if (status >= 400) expect(after).toEqual(before);
      before = after;
    };
    // Where every answer about an account takes its 600 ms.
    const numRuns = runs(/login|resend|reset$|reauthenticate|password/.test(path) ? 3 : 12);
    await fc.assert(fc.asyncProperty(ids(own), queries(operation), headers, bodies(operation), property), { numRuns });
  });
});

/** The object with one of its texts ending in `ending`, for each text in it and each field that may be one. */
function endedTexts(value: object, schema: Schema, ending: string): object[] {
  const fields = Object.keys({ ...schema.properties, ...value });
  return fields.flatMap((name): object[] => {
    const given: unknown = Reflect.get(value, name);
    const field = schema.properties?.[name] ?? {};
    if (typeof given === "object" && given !== null && !Array.isArray(given))
      return endedTexts(given, field, ending).map((ended) => ({ ...value, [name]: ended }));
    const isText =
      typeof given === "string" ||
      (given === undefined && [field, ...(field.anyOf ?? [])].some(({ type }) => type === "string"));
    return isText ? [{ ...value, [name]: `${given ?? "a"}${ending}` }] : [];
  });
}

test.each(operations.filter(({ body }) => body))(
  "$key: no text that the database cannot keep is more than a bad request",
  async ({ method, path, signed, body, example }) => {
    const { token } = await (path.includes("/admin/") ? a.operator() : a.user());
    const own = await mine(path, token);
    for (const ending of ["\ud800", "\0"])
      for (const sent of endedTexts(example, body ?? {}, ending)) {
        await redis.flushall();
        const response = await a.call(method, path.replace(/\{\w+\}/, own), {
          body: sent,
          ...(signed ? { token } : {}),
        });
        expect(response.status, `${JSON.stringify(sent)} ${await response.text()}`).toBeLessThan(500);
      }
  },
);

test("the document's own examples are good requests", async () => {
  const { token } = await a.user();
  const example = (path: string, method: string) =>
    document.paths[path]?.[method]?.requestBody?.content["application/json"].example;
  const body = example("/v1/watches", "post");
  const made = await a.read(await a.call("POST", "/v1/watches", { token, body }), 201);
  const change = example("/v1/watches/{id}", "patch");
  expect((await a.call("PATCH", `/v1/watches/${made.id}`, { token, body: change })).status).toBe(200);
});
