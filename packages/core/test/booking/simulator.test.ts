import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import * as Booking from "../../src/booking.ts";
import * as Clean from "../../src/clean.ts";
import * as Flight from "../../src/flight.ts";
import * as Traveler from "../../src/traveler.ts";
import { card } from "../support/card.ts";
import * as a from "../support/factory.ts";

const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
const day = (days: number) =>
  hours(24 * days)
    .toISOString()
    .slice(0, 10);

/** A person with a card, a couple with a baby, and an offer of the simulated market for them. */
async function family(days: number, journey = { origin: "LHR", destination: "JFK" }) {
  const userId = await a.proven();
  const { method } = await card(undefined, userId);
  const person = {
    familyName: "Lång",
    gender: "f",
    title: "ms",
    email: "a@example.com",
    phone: "+442079460000",
  } as const;
  const born = ["1990-05-04", "1988-02-29", day(-200)];
  const travelers = [];
  for (const bornOn of born) {
    const made = await Traveler.create(userId, { ...person, givenName: `Åsa-Lou`, bornOn }, new Date());
    const passport = { type: "passport", number: `9251234${travelers.length}`, country: "GB", expiresOn: "2040-01-01" };
    await Traveler.addDocument(userId, made.id, passport, new Date());
    travelers.push(made.id);
  }
  const found = await Flight.search(
    { ...journey, departureDate: day(days), returnDate: day(days + 7), adults: 2, infants: 1, currency: "GBP" },
    new Date(),
  );
  const offer = found.items[0]!;
  const wish = { offer: offer.id, travelers, paymentMethod: method.id, terms: Booking.currentTerms };
  return { userId, wish, offer, id: newId("bkg") };
}

type Family = Awaited<ReturnType<typeof family>>;
const ask = ({ userId, wish, id }: Family, over: object = {}) =>
  Booking.create(userId, { ...wish, ...over }, new Date(), {}, id);
async function settle({ userId, id }: Family, at = new Date()) {
  await Booking.run(at, { id });
  return Booking.get(userId, id, at);
}

test("the simulated market sells a family its flights, and takes them back for what its terms say", async () => {
  const who = await family(60);
  await ask(who);
  const done = await settle(who);
  expect(done).toMatchObject({ status: "confirmed", payment: "paid", simulated: true });
  expect(done.airlineReference).toMatch(/^[A-Z2-9]{6}$/);
  expect(done.tickets).toHaveLength(2);
  expect(done.passengers.map(({ kind, familyName }) => [kind, familyName])).toEqual([
    ["adult", "Lang"],
    ["adult", "Lang"],
    ["infant", "Lang"],
  ]);
  const { cancellation } = await Booking.quote(who.userId, who.id, new Date());
  const { refund } = who.offer.conditions;
  expect(cancellation?.to).toBe(refund?.allowed ? "card" : "none");
  await Booking.cancel(who.userId, who.id, { quote: cancellation!.id }, new Date());
  expect(await settle(who)).toMatchObject({ status: "cancelled", payment: refund?.allowed ? "refunded" : "paid" });
});

test("the simulated market changes flights whose terms allow it, one way of a journey alone", async () => {
  const who = await family(60, { origin: "STN", destination: "BGY" });
  await ask(who);
  const before = await settle(who);
  expect(before.actions).toEqual(["change", "cancel"]);
  const { change } = await Booking.askChange(who.userId, who.id, { returnDate: day(69) }, new Date());
  const { id, charge, refund, slices } = change!.offers[0]!;
  expect(slices[0]).toEqual(before.slices[0]);
  expect(slices[1]!.departingAt.slice(0, 10)).toBe(day(69));
  await Booking.change(who.userId, who.id, { offer: id, charge, refund }, new Date());
  const after = await settle(who);
  expect(after).toMatchObject({ status: "confirmed", slices, because: null, journey: { returnDate: day(69) } });
  expect(after.tickets).not.toEqual(before.tickets);
  await expect(Booking.change(who.userId, who.id, { offer: id, charge, refund }, new Date())).rejects.toMatchObject({
    kind: "conflict",
  });
});

test("seats are held for two days and run out", async () => {
  const who = await family(60);
  await ask(who, { hold: true, paymentMethod: null });
  expect(await settle(who)).toMatchObject({ status: "held", payment: "none" });
  await settle(who, hours(24.5));
  expect(await settle(who, hours(48.5))).toMatchObject({ status: "expired" });
});

test("flights that leave within a week are not held", async () => {
  const who = await family(4);
  await expect(ask(who, { hold: true })).rejects.toMatchObject({ code: "booking.hold" });
});

test("the same travelers on the same flights are booked again only where that is said", async () => {
  const who = await family(70);
  await ask(who);
  const second = { ...who, id: newId("bkg") };
  await expect(ask(second)).rejects.toMatchObject({ code: "booking.duplicate" });
  expect(await ask(second, { again: true })).toMatchObject({ status: "pending" });
});

test("a party other than the offer's is refused at the travelers", async () => {
  const who = await family(60);
  const { travelers } = who.wish;
  const party = { code: "booking.party" };
  await expect(ask(who, { travelers: travelers.slice(0, 1) })).rejects.toMatchObject(party);
  await expect(ask(who, { travelers: [...travelers, travelers[0]] })).rejects.toMatchObject(party);
  const missing = { code: "traveler.missing" };
  await expect(ask(who, { travelers: [newId("tvl"), ...travelers.slice(1)] })).rejects.toMatchObject(missing);
  const stranger = await family(60);
  await expect(ask(who, { travelers: stranger.wish.travelers })).rejects.toMatchObject(missing);
});

test("an offer of another price is refused with the new one, whose id is taken", async () => {
  const at = hours(30);
  // Not every price of the market moves within thirty hours.
  for (let days = 60; ; days++) {
    expect(days).toBeLessThan(100);
    const who = await family(days);
    const moved = await Booking.create(who.userId, who.wish, at, {}, who.id).catch((error) => error);
    if (moved.status === "pending") continue;
    expect(moved).toMatchObject({ code: "booking.price", more: { previousTotal: who.offer.total } });
    const { offer, total } = moved.more as { offer: string; total: object };
    const made = await Booking.create(who.userId, { ...who.wish, offer }, at, {}, who.id);
    expect(made.total).toEqual(total);
    return;
  }
});

test("an unproven address, old terms and the eleventh booking of a day are refused", async () => {
  const who = await family(80);
  await expect(ask(who, { terms: "2020-01-01" })).rejects.toMatchObject({ code: "booking.terms" });
  await sql`update users set email_verified = false where users.id = ${who.userId}`;
  await expect(ask(who)).rejects.toMatchObject({ code: "booking.unproven" });
  await sql`update users set email_verified = true where users.id = ${who.userId}`;
  for (let count = 0; count < 10; count++) await ask({ ...who, id: newId("bkg") }, { again: true });
  await expect(ask({ ...who, id: newId("bkg") }, { again: true })).rejects.toMatchObject({ code: "booking.daily" });
});

test("lists have journeys to come and past ones, each in its order, page by page", async () => {
  const who = await family(60);
  for (let count = 0; count < 3; count++) await ask({ ...who, id: newId("bkg") }, { again: true });
  const first = await Booking.list(who.userId, { limit: 2 }, new Date());
  expect(first.items).toHaveLength(2);
  const rest = await Booking.list(who.userId, { limit: 2, cursor: first.nextCursor! }, new Date());
  expect(rest.items).toHaveLength(1);
  expect(rest.nextCursor).toBeNull();
  expect((await Booking.list(who.userId, { when: "past" }, new Date())).items).toEqual([]);
  expect((await Booking.list(who.userId, { when: "past" }, hours(24 * 90))).items).toHaveLength(3);
  expect(first.places.JFK).toBeDefined();
});

test("nothing of a passenger, the airline's reference or a ticket stands in clear", async () => {
  const who = await family(60);
  await ask(who);
  const { airlineReference, tickets } = await settle(who);
  const tables = await sql`
    select (select jsonb_agg(to_jsonb(bookings)) from bookings where bookings.id = ${who.id})::text
           || (select jsonb_agg(to_jsonb(booking_events)) from booking_events)::text
           || coalesce((select jsonb_agg(to_jsonb(messages)) from messages where messages.user_id = ${who.userId})::text, '') as text`;
  const text = String(tables[0]?.text);
  for (const secret of ["Lang", "Lång", "Åsa", "Asa-Lou", "+442079460000", "1990-05-04", airlineReference!, ...tickets])
    expect(text).not.toContain(secret);
});

test("ninety days after a journey the passengers are forgotten, and the amount stays", async () => {
  const who = await family(60);
  await ask(who);
  await settle(who);
  expect(await Clean.forgetPassengers(hours(24 * 100))).toEqual({ emptied: 0, deleted: 0 });
  expect(await Clean.forgetPassengers(hours(24 * 160))).toMatchObject({ emptied: expect.any(Number), deleted: 0 });
  expect(await Booking.get(who.userId, who.id, new Date())).toMatchObject({
    total: who.offer.total,
    passengers: [],
    airlineReference: null,
    travelers: 3,
  });
  expect((await Clean.forgetPassengers(hours(24 * 3_800))).deleted).toBeGreaterThan(0);
});

test("what is paid is watched below its price less what a change costs, and a shared link shows flights alone", async () => {
  const who = await family(60);
  await ask(who);
  await settle(who);
  const penalty = { amount: "20.00", currency: "GBP" };
  const watch = await Booking.watch(who.userId, who.id, { penalty }, new Date());
  expect(Number(watch.rules.target?.amount)).toBeLessThan(Number(who.offer.total.amount));
  expect(watch.flights).toHaveLength(who.offer.slices.flatMap(({ segments }) => segments).length);
  const { path } = await Booking.share(who.userId, who.id);
  const token = path.split("/").at(-1)!;
  const shared = await Booking.shared(token);
  expect(Object.keys(shared).sort()).toEqual(["carriers", "journey", "places", "reference", "simulated", "slices"]);
  await Booking.unshare(who.userId, who.id);
  await expect(Booking.shared(token)).rejects.toMatchObject({ code: "booking.missing" });
  expect(await Booking.calendar(who.userId, who.id, new Date())).toMatch(/BEGIN:VEVENT[\s\S]*STATUS:CONFIRMED/);
});

test("another user's booking is missing, wherever its id may stand", async () => {
  const who = await family(60);
  await ask(who);
  await settle(who);
  const other = await a.proven();
  const at = new Date();
  const missing = { code: "booking.missing" };
  await expect(Booking.get(other, who.id, at)).rejects.toMatchObject(missing);
  await expect(Booking.quote(other, who.id, at)).rejects.toMatchObject(missing);
  await expect(Booking.cancel(other, who.id, { quote: "x" }, at)).rejects.toMatchObject(missing);
  await expect(Booking.askChange(other, who.id, { departureDate: day(61) }, at)).rejects.toMatchObject(missing);
  await expect(Booking.acceptChange(other, who.id, { change: "x" }, at)).rejects.toMatchObject(missing);
  await expect(Booking.confirmPayment(other, who.id, at)).rejects.toMatchObject(missing);
  await expect(Booking.share(other, who.id)).rejects.toMatchObject(missing);
  await expect(Booking.unshare(other, who.id)).rejects.toMatchObject(missing);
  await expect(Booking.calendar(other, who.id, at)).rejects.toMatchObject(missing);
  await expect(Booking.watch(other, who.id, {}, at)).rejects.toMatchObject(missing);
});
