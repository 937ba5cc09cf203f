import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { document } from "./support/document.ts";

const former = ["targetPrice", "alertThreshold", "isActive"];
const gbp = (amount: string) => ({ amount, currency: "GBP" });
const plain = ({ rules, ...body } = a.wanted() as ReturnType<typeof a.wanted> & { rules: unknown }) => body;

async function make(over: object, status = 201) {
  const { token } = await a.user();
  const made = await a.call("POST", "/v1/watches", { token, body: { ...plain(), ...over } });
  const watch = await a.read(made, status);
  const send = (method: string, rest: string, body?: object) =>
    a.call(method, `/v1/watches/${watch.id}${rest}`, { token, ...(body ? { body } : {}) });
  return { token, made, watch, send };
}

describe("rules", () => {
  test.each<[string, { rules?: object }, object]>([
    ["of a new watch without any", {}, { target: null, drop: "0.10" }],
    ["with a target as money", { rules: { target: gbp("20") } }, { target: gbp("20.00"), drop: "0.10" }],
    ["with a target as text", { rules: { target: "20.5", drop: null } }, { target: gbp("20.50"), drop: null }],
    ["with money in lower case", { rules: { target: { amount: "7", currency: "gbp" } } }, { target: gbp("7.00") }],
    ["with a drop of four decimals", { rules: { drop: "0.1234" } }, { drop: "0.1234" }],
    ["with a drop of one decimal", { rules: { drop: "0.5" } }, { drop: "0.50" }],
    ["with the least drop", { rules: { drop: "0.01" } }, { drop: "0.01" }],
    ["with the most drop", { rules: { drop: "0.9" } }, { drop: "0.90" }],
    ["with lows only", { rules: { drop: null, newLow: true, routeLow: true } }, { newLow: true, routeLow: true }],
  ])("%s come back whole, in one form", async (_, over, rules) => {
    const { token, watch, send } = await make(over);
    expect(watch.rules).toEqual({
      ...{ target: null, drop: null, newLow: false, routeLow: false },
      ...("drop" in (over.rules ?? {}) ? {} : { drop: "0.10" }),
      ...rules,
    });
    for (const name of former) expect(watch).not.toHaveProperty(name);
    expect(await a.read(await send("GET", ""), 200)).toEqual(watch);
    const {
      items,
      nextCursor: __,
      unread: ___,
      ...names
    } = await a.read(await a.call("GET", "/v1/watches", { token }), 200);
    expect({ ...items[0], ...names }).toEqual(watch);
    const simulated = await a.call("POST", "/v1/watches/simulate", { token, body: { ...plain(), ...over } });
    expect((await a.read(simulated, 200)).rules).toEqual(watch.rules);
    expect((await a.read(await send("PATCH", "", { rules: watch.rules }), 200)).rules).toEqual(watch.rules);
  });

  test("that a change leaves out stay, and null turns one off", async () => {
    const { send } = await make({ rules: { target: "20.00", newLow: true } });
    const change = async (rules: object) => (await a.read(await send("PATCH", "", { rules }), 200)).rules;
    expect(await change({ drop: "0.25" })).toEqual({
      target: gbp("20.00"),
      drop: "0.25",
      newLow: true,
      routeLow: false,
    });
    expect(await change({ target: null, newLow: false })).toEqual({
      target: null,
      drop: "0.25",
      newLow: false,
      routeLow: false,
    });
    expect(await a.read(await send("PATCH", "", { rules: { drop: null } }), 422)).toMatchObject({
      code: "watch.no_rule",
      errors: [{ pointer: "/rules", detail: "at least one rule must be on", code: "required", values: {} }],
    });
  });

  const eur = { amount: "20.00", currency: "EUR" };
  const inCurrency = "must be GBP, the currency of the watch";
  const aboveZero = "must be above zero, with at most 2 decimals";
  const asShare = 'must be text from "0.01" to "0.90" with at most 4 decimals, such as "0.10"';
  test.each<[string, object, string, string?]>([
    ["a target in another currency", { rules: { target: eur } }, "/rules/target/currency", inCurrency],
    ["a target of nothing", { rules: { target: gbp("0.00") } }, "/rules/target/amount", aboveZero],
    ["a target with too many decimals", { rules: { target: gbp("1.005") } }, "/rules/target/amount", aboveZero],
    ["the same as text", { rules: { target: "1.005" } }, "/rules/target", aboveZero],
    ["an amount that is a number", { rules: { target: { amount: 20, currency: "GBP" } } }, "/rules/target/amount"],
    ["an amount without a currency", { rules: { target: { amount: "1" } } }, "/rules/target/currency", "is required"],
    ["no currency at all", { rules: { target: { amount: "1", currency: "XXX" } } }, "/rules/target/currency"],
    ["another field of money", { rules: { target: { ...gbp("1"), cents: 0 } } }, "/rules/target/cents"],
    ["a target that is a number", { rules: { target: 20 } }, "/rules/target"],
    ["a drop that is a number", { rules: { drop: 0.1 } }, "/rules/drop", asShare],
    ["a drop of nearly nothing", { rules: { drop: "0.0099" } }, "/rules/drop", asShare],
    ["a drop of nearly all", { rules: { drop: "0.9001" } }, "/rules/drop", asShare],
    ["a fifth decimal", { rules: { drop: "0.10001" } }, "/rules/drop", asShare],
    ["a rule that there is not", { rules: { high: true } }, "/rules/high"],
    ["no rule", { rules: { drop: null } }, "/rules", "at least one rule must be on"],
    ["a target by both names", { rules: { target: "20.00" }, targetPrice: "20.00" }, "/targetPrice"],
    ["a drop by both names", { rules: { drop: "0.10" }, alertThreshold: 0.1 }, "/alertThreshold"],
    ["a former target in vain", { targetPrice: "1.005" }, "/targetPrice", aboveZero],
  ])("name %s where it is, in a new watch, a simulation and a change", async (_, over, pointer, detail) => {
    const { token, send } = await make({ rules: { drop: "0.20" } });
    const body = { ...plain(), ...over };
    for (const refused of [
      await a.call("POST", "/v1/watches", { token, body }),
      await a.call("POST", "/v1/watches/simulate", { token, body }),
      await send("PATCH", "", over),
    ]) {
      const { errors } = await a.read(refused, 422);
      expect(errors).toMatchObject([{ pointer, detail: detail ?? expect.any(String) }]);
    }
  });

  test("at fault are named together with every other fault", async () => {
    const { token } = await a.user();
    const body = { ...plain(), adults: 0, colour: "red", rules: { target: { amount: "x" }, drop: "9", low: 1 } };
    const { errors } = await a.read(await a.call("POST", "/v1/watches", { token, body }), 422);
    expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      "/adults",
      "/colour",
      "/rules/drop",
      "/rules/low",
      "/rules/target/amount",
      "/rules/target/currency",
    ]);
  });

  test("of each check are in its explanation", async () => {
    const { watch, send } = await make({ rules: { target: "20.00" } });
    await a.read(await send("POST", "/check"), 200);
    const { items } = await a.read(await send("GET", "/decisions"), 200);
    expect(items).toMatchObject([{ rules: watch.rules }]);
  });
});

test("the price paid is money too, in the watch's currency", async () => {
  const { send } = await make({});
  const paid = (pricePaid: unknown) => send("POST", "/booked", { pricePaid });
  const fault = async (pricePaid: unknown) => (await a.read(await paid(pricePaid), 422)).errors[0].pointer;
  expect(await fault({ amount: "19.50", currency: "EUR" })).toBe("/pricePaid/currency");
  expect(await fault(gbp("19.505"))).toBe("/pricePaid/amount");
  expect(await fault(gbp("0.01"))).toBe("/pricePaid");
  const kept = await a.read(await paid(gbp("19.50")), 200);
  expect(kept).toMatchObject({ bookedPrice: gbp("19.50"), rules: { target: gbp("19.49"), drop: null } });
});

test("a watch is paused and resumed by routes of their own, and says so in state", async () => {
  const { send } = await make({});
  expect(await a.read(await send("POST", "/pause"), 200)).toMatchObject({ state: "paused", pausedBecause: "person" });
  expect(await a.read(await send("POST", "/resume"), 200)).toMatchObject({ state: "active", pausedBecause: null });
  const unknown = await a.read(await send("PATCH", "", { state: "paused" }), 422);
  expect(unknown.errors).toMatchObject([{ pointer: "/state" }]);
});

describe("former fields", () => {
  const deprecated = (response: Response) => [response.headers.get("deprecation"), response.headers.get("link")];
  const header = [expect.stringMatching(/^@\d{10}$/), '</docs/changelog>; rel="deprecation"; type="text/html"'];

  test("are still read, and the answer says since when they are deprecated and where their new names are", async () => {
    const { made, watch, send } = await make({ targetPrice: "20.00", alertThreshold: 0.125 });
    expect(deprecated(made)).toEqual(header);
    const [since = ""] = deprecated(made);
    expect(new Date(Number(since?.slice(1)) * 1000).toISOString()).toBe("2026-11-26T00:00:00.000Z");
    expect(watch.rules).toEqual({ target: gbp("20.00"), drop: "0.125", newLow: false, routeLow: false });
    const change = async (body: object) => {
      const response = await send("PATCH", "", body);
      expect(deprecated(response)).toEqual(header);
      return a.read(response, 200);
    };
    expect(await change({ targetPrice: null, alertThreshold: 0.3 })).toMatchObject({
      rules: { target: null, drop: "0.30" },
    });
    expect(await change({ isActive: false })).toMatchObject({ state: "paused" });
    expect(await change({ isActive: true })).toMatchObject({ state: "active" });

    const refused = await send("PATCH", "", { targetPrice: "0.001" });
    expect([refused.status, ...deprecated(refused)]).toEqual([422, ...header]);
    const page = await (await a.call("GET", "/docs/changelog")).text();
    for (const name of former) expect(page).toContain(`<code>${name}</code>`);
  });

  test("are marked in the document, and no other answer speaks of deprecation", async () => {
    const { made, send } = await make({ rules: { target: "20.00" } });
    expect([...deprecated(made), ...deprecated(await send("PATCH", "", { bags: 1 }))]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    const fields = (path: string, method: string) =>
      Object.entries(document.paths[path]?.[method]?.requestBody?.content["application/json"].schema.properties ?? {})
        .filter(([, schema]) => (schema as { deprecated?: boolean }).deprecated)
        .map(([name]) => name);
    expect(fields("/v1/watches", "post")).toEqual(["targetPrice", "alertThreshold"]);
    expect(fields("/v1/watches/simulate", "post")).toEqual(["targetPrice", "alertThreshold"]);
    expect(fields("/v1/watches/{id}", "patch")).toEqual(["targetPrice", "alertThreshold", "isActive"]);
  });

  test("may be read by pages of other origins", async () => {
    const { made } = await make({ targetPrice: "20.00" });
    expect(made.headers.get("access-control-expose-headers")).toMatch(/Deprecation,Link/);
  });
});

test("no property of the document is money in another form", () => {
  const money = /(price|amount|total|target|cheapest|lowest|highest|median|quartile|penalty|fee|cost)$/i;
  const kept = ["targetPrice"];
  const found: string[] = [];
  let seen = 0;
  const visit = (node: unknown, at: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [name, inner] of Object.entries((node as { properties?: object }).properties ?? {})) {
      const own = node as { properties: object };
      if (!money.test(name) || kept.includes(name)) continue;
      seen++;
      const isMoney = name === "amount" && "currency" in own.properties;
      // A watch has the journey that is its cheapest.
      const kinds = /Money|"amount"|"departureDate"/.test(JSON.stringify(inner));
      if (!isMoney && !kinds) found.push(`${at}.${name}`);
    }
    for (const [key, inner] of Object.entries(node)) visit(inner, `${at}/${key}`);
  };
  visit(document, "");
  expect(seen).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
