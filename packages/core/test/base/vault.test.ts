import { createCipheriv, randomBytes } from "node:crypto";
import { counted, kms } from "@travel-conductor/local/testing";
import { beforeEach, expect, test, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import { logger } from "../../src/base/log.ts";
import { interceptRequests, losingAnswers, withoutService } from "../support/network.ts";

const row = { id: "tvl_1", owner: "usr_1" };
const value = { number: "C01X00T47", name: "Zoë 😀" };

/** The vault as a process has it that has just started. */
async function fresh() {
  vi.resetModules();
  return import("../../src/base/vault.ts");
}

const logged = vi.spyOn(logger, "error").mockImplementation(() => undefined);
const notes = () => logged.mock.calls.map(([code, more]) => ({ code, ...(more as object) }));

beforeEach(async () => {
  await sql`truncate data_keys`;
  vi.resetModules();
});

/** Watches the log of the modules that `fresh` loaded. */
async function logOf<T>(work: () => Promise<T>): Promise<{ result: T; lines: object[] }> {
  const { logger: own } = await import("../../src/base/log.ts");
  const spy = vi.spyOn(own, "error").mockImplementation(() => undefined);
  const result = await work();
  const lines = spy.mock.calls.map(([code, more]) => ({ code, ...(more as object) }));
  spy.mockRestore();
  return { result, lines };
}

test("what was sealed opens again, in the order of the rows, and holds nothing in clear", async () => {
  const { sealAll, openAll } = await fresh();
  const rows = ["a", "b", "c"].map((id) => ({ id, owner: "usr_1", value: { ...value, id } }));
  const sealed = await sealAll("travelers", rows);
  expect(new Set(sealed).size).toBe(3);
  for (const text of sealed) {
    expect(text).toMatch(/^1\.[\w-]+$/);
    expect(text + Buffer.from(text.slice(2), "base64url").toString("latin1")).not.toContain("C01X00T47");
  }
  const again = rows.map(({ id, owner }, index) => ({ id, owner, sealed: sealed[index]! }));
  expect(await openAll("travelers", again)).toEqual(rows.map((each) => each.value));
  expect(await openAll("travelers", [...again].reverse())).toEqual(rows.map((each) => each.value).reverse());
  expect(await openAll("travelers", [])).toEqual([]);
});

test("a value that was moved, altered, cut or sealed with an unknown key does not open, and is noted once", async () => {
  const { sealAll, openAll } = await fresh();
  const [sealed = ""] = await sealAll("travelers", [{ ...row, value }]);
  const bytes = Buffer.from(sealed.slice(2), "base64url");
  const altered = (at: number) => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 1;
    return `1.${copy.toString("base64url")}`;
  };
  // As the same text would be with a tag of 4 bytes, which Node takes unless told.
  const cut = `1.${Buffer.concat([bytes.subarray(0, 16), bytes.subarray(28)]).toString("base64url")}`;
  const cases: [string, string, { id: string; owner: string; sealed: string }][] = [
    ["moved to another row", "travelers", { ...row, id: "tvl_2", sealed }],
    ["moved to another owner", "travelers", { ...row, owner: "usr_2", sealed }],
    ["moved to another table", "traveler_documents", { ...row, sealed }],
    ["nonce altered", "travelers", { ...row, sealed: altered(0) }],
    ["tag altered", "travelers", { ...row, sealed: altered(12) }],
    ["text altered", "travelers", { ...row, sealed: altered(28) }],
    ["tag cut", "travelers", { ...row, sealed: cut }],
    ["end cut", "travelers", { ...row, sealed: sealed.slice(0, -4) }],
    ["cut to a nonce and a tag", "travelers", { ...row, sealed: `1.${bytes.subarray(0, 28).toString("base64url")}` }],
    ["of an unknown key", "travelers", { ...row, sealed: sealed.replace(/^1/, "7") }],
    ["of another version", "travelers", { ...row, sealed: sealed.replace(/^1/, "01") }],
    ["with a sign of no alphabet", "travelers", { ...row, sealed: `${sealed.slice(0, 9)}!${sealed.slice(9)}` }],
    ["no sealed value", "travelers", { ...row, sealed: JSON.stringify(value) }],
    ["empty", "travelers", { ...row, sealed: "" }],
  ];
  const { lines } = await logOf(async () => {
    for (const [name, table, each] of cases) expect(await openAll(table, [each]), name).toEqual([undefined]);
    for (const [name, table, each] of cases) expect(await openAll(table, [each]), name).toEqual([undefined]);
  });
  expect(lines).toEqual([
    { code: "vault.unreadable", table: "travelers", row: "tvl_2" },
    { code: "vault.unreadable", table: "travelers", row: "tvl_1" },
    { code: "vault.unreadable", table: "traveler_documents", row: "tvl_1" },
  ]);
  expect(await openAll("travelers", [{ ...row, sealed }])).toEqual([value]);
});

test("a tag of 4 bytes is refused also where it is right", async () => {
  const { sealAll, openAll } = await fresh();
  await sealAll("travelers", [{ ...row, value }]);
  const { keyOf } = await import("../../src/base/datakey.ts");
  const key = await keyOf(1);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key!, nonce, { authTagLength: 4 });
  cipher.setAAD(Buffer.from(`1 travelers ${row.id.length} ${row.id} ${row.owner}`));
  const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
  const sealed = `1.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url")}`;
  const { result } = await logOf(() => openAll("travelers", [{ ...row, sealed }]));
  expect(result).toEqual([undefined]);
});

test("a process asks KMS once, with requests at once too, and Postgres not again", async () => {
  const first = await fresh();
  const [sealed = ""] = await first.sealAll("travelers", [{ ...row, value }]);
  const before = kms.requests;
  const { openAll, sealAll } = await fresh();
  const each = () => openAll("travelers", [{ ...row, sealed }]);
  expect(await Promise.all([each(), each(), each()])).toEqual([[value], [value], [value]]);
  expect(kms.requests - before).toBe(1);
  expect(kms.context).toEqual({ service: "travel-conductor", stage: "local", dataKey: "1" });
  const costs = await counted(async () => {
    await each();
    await sealAll("travelers", [{ ...row, value }]);
  });
  expect(costs).toEqual({ postgres: 0, redis: 0 });
  expect(kms.requests - before).toBe(1);
});

test("two processes that seal first end up with one key", async () => {
  const [one, two] = [await fresh(), await fresh()];
  const sealed = await Promise.all([one, two].map((vault) => vault.sealAll("travelers", [{ ...row, value }])));
  expect(await sql`select data_keys.version from data_keys`).toEqual([{ version: 1 }]);
  const third = await fresh();
  for (const [text = ""] of sealed)
    expect(await third.openAll("travelers", [{ ...row, sealed: text }])).toEqual([value]);
});

test("the first key stands when the answer to its insert is lost", async () => {
  const { sealAll } = await fresh();
  const [sealed = ""] = await losingAnswers("insert into data_keys", () => sealAll("travelers", [{ ...row, value }]));
  const { openAll } = await fresh();
  expect(await openAll("travelers", [{ ...row, sealed }])).toEqual([value]);
});

test("without KMS nothing is sealed or opened, and the next call asks again", async () => {
  const [sealed = ""] = await (await fresh()).sealAll("travelers", [{ ...row, value }]);
  const { sealAll, openAll } = await fresh();
  const unavailable = { kind: "upstream", code: "service.unavailable", retryAfter: 5 };
  await withoutService("kms", async () => {
    await expect(openAll("travelers", [{ ...row, sealed }])).rejects.toMatchObject(unavailable);
    await expect(sealAll("travelers", [{ ...row, value }])).rejects.toMatchObject(unavailable);
  });
  expect(await openAll("travelers", [{ ...row, sealed }])).toEqual([value]);
});

test("one request to KMS that gets no answer is repeated", async () => {
  const [sealed = ""] = await (await fresh()).sealAll("travelers", [{ ...row, value }]);
  const { openAll } = await fresh();
  let lost = 0;
  const opened = await interceptRequests(
    (service) => {
      if (service === "kms" && lost++ === 0) throw new TypeError("fetch failed");
    },
    () => openAll("travelers", [{ ...row, sealed }]),
  );
  expect([opened, lost]).toEqual([[value], 2]);
});

test("a wrapped key that was altered, or put in the place of another version, opens nothing", async () => {
  const { makeKey } = await import("../../src/base/datakey.ts");
  const [sealed = ""] = await (await fresh()).sealAll("travelers", [{ ...row, value }]);
  await makeKey(1);
  await sql`update data_keys set wrapped = (select other.wrapped from data_keys as other where other.version = 2) where version = 1`;
  const { openAll } = await fresh();
  const { result, lines } = await logOf(() => openAll("travelers", [{ ...row, sealed }]));
  expect(result).toEqual([undefined]);
  expect(lines).toEqual([
    { code: "InvalidCiphertextException", version: 1 },
    { code: "vault.unreadable", table: "travelers", row: "tvl_1" },
  ]);
});

test("a running process opens what another sealed with a newer key", async () => {
  const old = await fresh();
  await old.sealAll("travelers", [{ ...row, value }]);
  const other = await fresh();
  const { makeKey } = await import("../../src/base/datakey.ts");
  await makeKey(1);
  const [sealed = ""] = await other.sealAll("travelers", [{ ...row, value }]);
  expect(sealed).toMatch(/^2\./);
  expect(await old.openAll("travelers", [{ ...row, sealed }])).toEqual([value]);
  expect(notes()).toEqual([]);
});
