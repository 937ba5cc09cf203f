import { createHash } from "node:crypto";
import { sql } from "@travel-conductor/core/base/db";
import * as Booking from "@travel-conductor/core/booking";
import { counted, lambdas, stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { booking, key, wish } from "./support/bookings.ts";
import * as a from "./support/client.ts";

const book = (token: string, body: object, headers: Record<string, string> = key()) =>
  a.call("POST", "/v1/bookings", { token, headers, body });
/** The order of the simulated market for a booking. */
const ordersOf = (id: string) =>
  sql`select from simulated_orders where simulated_orders.metadata ->> 'booking' = ${id}`;

test("a booking without a key is refused, and with one takes four requests to Postgres", async () => {
  const { token } = await a.user();
  const body = await wish(token);
  const bare = await a.read(await a.call("POST", "/v1/bookings", { token, body }), 422);
  expect(bare).toMatchObject({ code: "idempotency.key", errors: [{ pointer: "#Idempotency-Key" }] });
  // The first one in a process reads the data keys.
  await a.read(await book(token, { ...body, hold: true, paymentMethod: null }), 202);
  const requests = await counted(async () => a.read(await book(token, { ...body, again: true }), 202));
  expect(requests.postgres).toBeLessThanOrEqual(4);
});

test("fifty of the same request at once make one booking, one order and one charge", async () => {
  const { token } = await a.user();
  const body = await wish(token);
  const headers = key();
  const answers = await Promise.all(Array.from({ length: 50 }, () => book(token, body, headers)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 202).length).toBeGreaterThan(0);
  expect(statuses.every((status) => [202, 409].includes(status))).toBe(true);
  const { id } = await a.read(await book(token, body, headers), 202);
  const charges = () =>
    stripe.seen.filter(({ call, key: by }) => call === "POST /v1/payment_intents" && by?.startsWith(id));
  await Promise.all(Array.from({ length: 5 }, () => Booking.run(new Date(), { id })));
  expect(await ordersOf(id)).toHaveLength(1);
  expect(charges()).toHaveLength(1);
  expect((await a.read(await a.call("GET", "/v1/bookings", { token }), 200)).items).toHaveLength(1);
  const other = await a.read(await book(token, { ...body, again: true }, headers), 422);
  expect(other).toMatchObject({ code: "idempotency.mismatch" });
});

test("the call for the next steps has ids alone, and the kept answer is sealed", async () => {
  const { token, userId } = await a.user();
  const { id } = await a.read(await book(token, await wish(token)), 202);
  const messages = lambdas.book.take().map(({ message }) => message);
  expect(messages).toContainEqual({ booking: id });
  for (const message of messages) expect(Object.keys(message)).toEqual(["booking"]);
  const [kept] = await sql`select body from idempotency_keys where user_id = ${userId} and body is not null`;
  expect(String(kept?.body)).not.toMatch(/Erika|Mustermann|bkg_/);
});

test("a list of bookings takes one request to Postgres, and names no passenger", async () => {
  const { token } = await a.user();
  await booking(token);
  const list = () => a.call("GET", "/v1/bookings", { token });
  const text = await (await list()).text();
  expect(text).not.toMatch(/Erika|Mustermann|MUSTERMANN/i);
  expect((await counted(list)).postgres).toBe(1);
});

test("itinerary and receipt are pages of the owner alone, in the account's language, where no name is markup", async () => {
  const { token, userId } = await a.user();
  const { id } = await booking(token);
  await Booking.run(new Date(), { id });
  await sql`update users set language = 'de-DE' where users.id = ${userId}`;
  await sql`
    update bookings set booking_reference = ${`<img src=x>"${id}`} where bookings.id = ${id}`;
  const page = async (name: string, by = token) => a.call("GET", `/v1/bookings/${id}/${name}`, { token: by });
  const itinerary = await page("itinerary");
  const text = await itinerary.text();
  expect([itinerary.status, itinerary.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(itinerary.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src data:; frame-/,
  );
  const [, style = ""] = /<style>(.*)<\/style>/s.exec(text) ?? [];
  const digest = createHash("sha256").update(style).digest("base64");
  expect(itinerary.headers.get("content-security-policy")).toContain(digest);
  expect(text).toContain("&lt;img src=x&gt;&quot;");
  expect(text).not.toMatch(/<img|<script/);
  expect(text).toMatch(/<html lang="de-DE">[\s\S]*Reiseplan[\s\S]*Simuliert[\s\S]*Erika/);
  expect(text).toMatch(/Europe\//);
  expect(text).toMatch(/Was der Tarif erlaubt[\s\S]*Handgepäck/);
  const conditions = {
    refund: { allowed: false, penalty: null },
    change: { allowed: true, penalty: { total: 123450, currency: "EUR" } },
  };
  await sql`
    update bookings
       set flight_data = bookings.flight_data || ${JSON.stringify({ bags: null, conditions })}::jsonb
     where bookings.id = ${id}`;
  const said = await (await page("itinerary")).text();
  expect(said).toMatch(/Erstattung vor dem Abflug[^:]*Nicht möglich[\s\S]*Umbuchung[^:]*Möglich, für 1.234,50.€/);
  expect(said).not.toContain("Gepäck");
  const receipt = await (await page("receipt")).text();
  expect(receipt).toMatch(/Beleg[\s\S]*Gesamtpreis[\s\S]*Mit Karte bezahlt[\s\S]*Bedingungen vom/);
  expect(receipt).not.toMatch(/Erika/);
  const { token: other } = await a.user();
  for (const name of ["itinerary", "receipt"])
    expect(await a.read(await page(name, other), 404)).toMatchObject({ code: "booking.missing" });
});

test.each([
  [{ travelers: [] }, "/travelers"],
  [{ travelers: ["tvl_1"] }, "/travelers/0"],
  [{ travelers: "tvl_1" }, "/travelers"],
  [{ paymentMethod: "pm_card" }, "/paymentMethod"],
  [{ paymentMethod: null }, "/paymentMethod"],
  [{ terms: "yesterday" }, "/terms"],
  [{ hold: "yes" }, "/hold"],
  [{ seat: "12A" }, "/seat"],
])("a booking with %o is refused at the field, and nothing is written", async (over, pointer) => {
  const { token } = await a.user();
  const body = { ...(await wish(token)), ...over };
  const refused = await a.read(await book(token, body), 422);
  expect(refused.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  expect((await a.read(await a.call("GET", "/v1/bookings", { token }), 200)).items).toEqual([]);
});

test("an offer that nobody signed is missing", async () => {
  const { token } = await a.user();
  const body = { ...(await wish(token)), offer: "ofr_x" };
  expect(await a.read(await book(token, body), 404)).toMatchObject({ code: "offer.missing" });
});
