import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import * as f from "./support/factors.ts";
import { request } from "./support/requests.ts";

const find = (q: string, sent: a.Sent = {}, more = "") =>
  a.call("GET", `/v1/search?q=${encodeURIComponent(q)}${more}`, sent);

test("a stranger and a user search with one request to Redis and one to Postgres", async () => {
  const { token } = await a.user();
  await a.read(await find("simulated prices", { token }), 200);
  for (const sent of [{ token }, {}])
    expect(await counted(async () => void (await a.read(await find("simulated prices", sent), 200)))).toEqual({
      redis: 1,
      postgres: 1,
    });
});

test("help is found and read in the browser's language, else in English", async () => {
  const names = async (q: string, language: string) =>
    (await a.read(await find(q, { headers: { "accept-language": language } }, "&kinds=help"), 200)).texts.map(
      ({ id, language }: { id: string; language: string }) => `${language}/${id}`,
    );
  expect((await names("konto löschen", "de-CH,de;q=0.9"))[0]).toBe("de/deleting-your-account");
  expect((await names("webhook", "de"))[0]).toBe("de/alerts-on-channels");
  expect((await names("webhook", "en-GB"))[0]).toBe("en/alerts-on-channels");
  const { items } = await a.read(await a.call("GET", "/v1/help?language=de"), 200);
  expect(items).toHaveLength(10);
  expect(items[0]).toEqual({ name: "search-tips", language: "de", title: "So suchen Sie" });
  const page = await a.read(await a.call("GET", "/v1/help/search-tips?language=fr"), 200);
  expect(page).toMatchObject({ language: "en", title: "How to search" });
  expect(page.blocks.map(({ kind }: { kind: string }) => kind)).toContain("list");
  expect(await a.read(await a.call("GET", "/v1/help/nothing"), 404)).toMatchObject({ code: "help.missing" });
});

test("another user's watch is not found, one's own is", async () => {
  const { path: _, ...watch } = await request("POST /v1/watches");
  await a.read(await a.call("POST", "/v1/watches", watch), 201);
  const [origin = ""] = [(watch.body as { origin: string | string[] }).origin].flat();
  const mine = async (sent: a.Sent) => (await a.read(await find(origin.toUpperCase(), sent), 200)).mine.length;
  expect(await mine(watch.token === undefined ? {} : { token: watch.token })).toBe(1);
  expect(await mine({ token: (await a.user()).token })).toBe(0);
  expect(await mine({})).toBe(0);
});

test("a booking is found in a session, and neither by a key nor without the required factor", async () => {
  const one = await f.owner();
  const { token, userId, email } = one;
  await sql`
    insert into bookings (id, user_id, booking_reference, flight_data, passenger_data, total_price)
    values (${newId("bkg")}, ${userId}, 'ABC123', '{"origin": "LHR", "destination": "GRU"}', '[{}]', 100)`;
  const { key } = await a.key(token, ["read"]);
  const mine = async (token: string) => {
    const found = (await a.read(await find("sao paulo", { token }), 200)).mine;
    return found.map(({ kind, title }: { kind: string; title: string }) => [kind, title]);
  };
  expect(await mine(token)).toEqual([["booking", "London – São Paulo"]]);
  expect(await mine(key)).toEqual([]);
  await f.withPasskey(one);
  await a.read(await a.call("PATCH", "/v1/me/factors", { token, body: { required: true } }), 200);
  const login = { email, password: a.password };
  const { session } = await a.read(await a.call("POST", "/v1/auth/login", { body: login }), 200);
  expect(await mine(session.token)).toEqual([]);
  expect(await mine(token)).toHaveLength(1);
});

test("a text that cannot be searched for names its parameter; any other is answered", async () => {
  for (const q of ["", "   ", "x".repeat(10_000)]) {
    const { errors } = await a.read(await find(q), 422);
    expect(errors).toMatchObject([{ pointer: "#q" }]);
  }
  for (const q of ["<script>alert(1)</script>", '"unclosed', "-no", "a\u0000b", "\u202eabc", "%' or 1=1 --"])
    expect((await find(q)).status, q).toBe(200);
  expect((await find("x", {}, "&kinds=secret")).status).toBe(422);
  expect((await find("x", {}, "&limit=21")).status).toBe(422);
});
