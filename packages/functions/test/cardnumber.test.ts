import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import { logOf } from "@travel-conductor/core/test/logs";
import { expect, test } from "vitest";
import { cardFaultsIn } from "../src/api/cardnumber.ts";
import * as a from "./support/client.ts";
import { routes } from "./support/document.ts";
import { erika } from "./support/travelers.ts";

const card = "4111 1111 1111 1111";
const detail = "must not hold the number of a payment card";

/** Every text of a body by its pointer, with a function that puts another in its place. */
function texts(value: unknown, pointer = ""): [pointer: string, put: (text: string) => unknown][] {
  if (typeof value === "string") return [[pointer, (text) => text]];
  if (Array.isArray(value))
    return value.flatMap((each, at) =>
      texts(each, `${pointer}/${at}`).map(([place, put]): [string, (text: string) => unknown] => [
        place,
        (text) => value.map((other, index) => (index === at ? put(text) : other)),
      ]),
    );
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    texts(inner, `${pointer}/${name}`).map(([place, put]): [string, (text: string) => unknown] => [
      place,
      (text) => ({ ...value, [name]: put(text) }),
    ]),
  );
}

/** An address with ids of the right form, which are those of nothing: the body is read before. */
function addressOf(path: string): string {
  const [prefix] = Object.entries({
    chn: "channels",
    alr: "alerts",
    key: "keys",
    psk: "passkeys",
    tvl: "travelers",
    bkg: "bookings",
    gdv: "guide-versions",
    pst: "(tips|reviews|posts)",
  }).find(([, name]) => new RegExp(`/${name}/\\{`).test(path)) ?? ["wch"];
  return path
    .replace(/\{name\}/, "simulator")
    .replace(/\{code\}/, "BCN")
    .replace(/\{id\}/, `${prefix}_${"0".repeat(26)}`);
}

test("every operation with a body refuses a card number in any text of it, at the field", async () => {
  const { token } = await a.operator();
  const bodies = routes.filter(({ key, operation }) => operation?.body && !key.includes("/webhooks/"));
  expect(bodies.length).toBeGreaterThan(30);
  for (const { key, operation } of bodies) {
    const [method = "", path = ""] = key.split(" ");
    const found = texts(operation?.example).filter(([pointer]) => !/\/(phone|id)$/.test(pointer));
    for (const [pointer, put] of found) {
      await redis.flushall();
      const answer = await a.read(await a.call(method, addressOf(path), { token, body: put(`no. ${card}`) }), 422);
      expect(answer, key).toMatchObject({ code: "request.invalid", errors: [{ pointer, detail }] });
    }
  }
});

test("refuses one in a query, in the name of a field or a parameter, and as a number", async () => {
  const { token } = await a.user();
  const number = card.replaceAll(" ", "");
  const errors = async (response: Promise<Response>) => (await a.read(await response, 422)).errors;
  const search = `/v1/watches?q=${encodeURIComponent(card)}`;
  expect(await errors(a.call("GET", search, { token }))).toMatchObject([
    { pointer: "#q", detail, code: "card_number" },
  ]);
  expect(await errors(a.call("GET", `/v1/watches?${number}=1`, { token }))).toMatchObject([{ pointer: "#", detail }]);
  const post = (body: object) => errors(a.call("POST", "/v1/travelers", { token, body }));
  expect(await post(erika({ [number]: 1 }))).toMatchObject([{ pointer: "", detail }]);
  expect(await post(erika({ familyName: Number(number) }))).toMatchObject([{ pointer: "/familyName", detail }]);
  expect(await post(erika({ loyalty: [{ airline: "BA", number: "5555555555554444" }] }))).toMatchObject([
    { pointer: "/loyalty/0/number", detail },
  ]);
});

test("names every field at fault, and looks into a body of any depth", () => {
  expect(cardFaultsIn({ a: card, b: [{ "c/d": card }], phone: card, id: card })).toEqual([
    { pointer: "/a", detail },
    { pointer: "/b/0/c~1d", detail },
  ]);
  const deep = JSON.parse(`${"[".repeat(100_000)}"${card}"${"]".repeat(100_000)}`);
  expect(cardFaultsIn(deep)).toHaveLength(1);
});

test("what was refused is neither stored nor logged, nor in the answer", async () => {
  const { token, userId } = await a.user();
  const body = { ...a.wanted(), name: `pay with ${card}`, [card]: 1 };
  const { result: answers, log } = await logOf(async () => [
    await a.call("POST", "/v1/watches", { token, body, headers: { "idempotency-key": "k" } }),
    await a.call("POST", "/v1/watches", { token, body: a.wanted(), headers: { "idempotency-key": card } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([422, 422]);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(log).toContain("the log is read");
  expect([log, ...texts].join("")).not.toContain("4111");
  expect(await sql`select from idempotency_keys where idempotency_keys.user_id = ${userId}`).toEqual([]);
});
