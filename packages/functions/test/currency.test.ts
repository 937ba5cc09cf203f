import * as Analytics from "@travel-conductor/core/analytics";
import { interceptRequests } from "@travel-conductor/core/test/network";
import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";

const { departureDate } = a.wanted();
const trip = "origin=STN&destination=BGY";
const search = `/v1/flights?${trip}&departureDate=${departureDate}`;
const month = `/v1/flights/calendar?${trip}&month=${departureDate.slice(0, 7)}`;
const insight = `/v1/flights/insight?${trip}&departureDate=${departureDate}&price=25.00`;
const { currency: _, ...body } = a.wanted({ rules: {} });

/** A user that prefers a currency. */
async function preferring(currency: string): Promise<{ token: string; userId: string }> {
  const user = await a.user();
  await prefer(user.token, currency);
  return user;
}

const prefer = async (token: string, currency: string | null) =>
  a.read(await a.call("PATCH", "/v1/me/preferences", { token, body: { currency } }), 200);

/** The currency of the first offer of a search. */
async function currencyOf(path: string, sent: a.Sent = {}): Promise<string> {
  return (await a.read(await a.call("GET", path, sent), 200)).items[0].total.currency;
}

test("a search without a currency takes that of the person, and one without a person what is sold", async () => {
  const { token } = await preferring("EUR");
  expect(await currencyOf(search, { token })).toBe("EUR");
  expect(await currencyOf(`${search}&currency=GBP`, { token })).toBe("GBP");
  expect(await currencyOf(search)).toBe("USD");
  expect(await currencyOf(search, { token: (await a.user()).token })).toBe("USD");
});

test("the preferred currency counts for the calendar, for an insight and between several places", async () => {
  const { token } = await preferring("CHF");
  const { items } = await a.read(await a.call("GET", month, { token }), 200);
  const known = items.filter(({ cheapest }: { cheapest: object | null }) => cheapest !== null);
  expect(new Set(known.map(({ cheapest }: { cheapest: { currency: string } }) => cheapest.currency))).toEqual(
    new Set(["CHF"]),
  );
  const { price } = await a.read(await a.call("GET", insight, { token }), 200);
  expect(price).toEqual({ amount: "25.00", currency: "CHF" });
  expect(await currencyOf(search.replace("STN", "STN,LTN"), { token })).toBe("CHF");
});

test("the answer is stored under the currency that was taken, and noted with it", async () => {
  const { token } = await preferring("SEK");
  const first = await a.read(await a.call("GET", search, { token }), 200);
  const named = await a.read(await a.call("GET", `${search}&currency=SEK`), 200);
  expect([first.freshness, named.freshness]).toEqual(["fresh", "cached"]);
  await Analytics.flush(new Date(Date.now() + 60_000));
  const { items } = await a.read(await a.call("GET", "/v1/me/searches", { token }), 200);
  expect(items).toMatchObject([{ cheapest: { currency: "SEK" } }]);
});

test("the preference costs two requests once in a minute, and none where a currency is named", async () => {
  const { token } = await preferring("NOK");
  await a.call("GET", `${search}&currency=NOK`, { token });
  const asked = (path: string) => counted(async () => void (await a.read(await a.call("GET", path, { token }), 200)));
  expect(await asked(`${search}&currency=NOK`)).toEqual({ redis: 1, postgres: 0 });
  expect(await asked(search)).toEqual({ redis: 2, postgres: 1 });
  expect(await asked(search)).toEqual({ redis: 1, postgres: 0 });
});

test("a changed preference counts at once where it was changed, and null takes it away", async () => {
  const { token } = await preferring("EUR");
  expect(await currencyOf(search, { token })).toBe("EUR");
  await prefer(token, "GBP");
  expect(await currencyOf(search, { token })).toBe("GBP");
  await prefer(token, null);
  expect(await currencyOf(search, { token })).toBe("USD");
});

test("without Postgres a search takes what is sold", async () => {
  const { token } = await preferring("EUR");
  await currencyOf(search);
  const cut = await interceptRequests(
    (service, body) => {
      if (service === "postgres" && body.includes("select users.currency")) throw new Error("cut");
    },
    () => a.call("GET", search, { token }),
  );
  expect((await a.read(cut, 200)).items[0].total.currency).toBe("USD");
  expect(await currencyOf(search, { token })).toBe("EUR");
});

test("a watch and its simulation without a currency take that of the person", async () => {
  const { token } = await preferring("GBP");
  const made = await a.read(await a.call("POST", "/v1/watches", { token, body }), 201);
  expect(made.currency).toBe("GBP");
  const yen = { ...body, rules: { target: "20.50" } };
  expect((await a.call("POST", "/v1/watches/simulate", { token, body: yen })).status).toBe(200);
  await prefer(token, "JPY");
  const refused = await a.read(await a.call("POST", "/v1/watches/simulate", { token, body: yen }), 422);
  expect(refused.errors).toMatchObject([{ pointer: "/rules/target" }]);
  const pounds = { ...body, rules: { target: { amount: "20.50", currency: "GBP" } } };
  const mixed = await a.read(await a.call("POST", "/v1/watches/simulate", { token, body: pounds }), 422);
  expect(mixed.errors).toMatchObject([{ pointer: "/rules/target/currency" }]);
  const varied = { ...body, variants: [{ target: "100" }, { target: "20.50" }] };
  const unfit = await a.read(await a.call("POST", "/v1/watches/simulate", { token, body: varied }), 422);
  expect(unfit.errors).toMatchObject([{ pointer: "/variants/1/target" }]);
  const other = await a.read(await a.call("POST", "/v1/watches", { token: (await a.user()).token, body }), 201);
  expect(other.currency).toBe("USD");
});
