import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import * as Booking from "../../src/booking.ts";
import * as Flight from "../../src/flight.ts";
import * as Traveler from "../../src/traveler.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const minutes = (count: number) => new Date(Date.now() + count * 60_000);
let days = 60;

const ada = { givenName: "Ada", familyName: "Ling", bornOn: "1990-05-04", gender: "f", title: "ms" } as const;

/** A watch with a target whose flights are to be held for its owner's traveler. */
async function holder(departsIn = ++days, contact: object = { email: "ada@example.com", phone: "+442079460000" }) {
  const userId = await a.proven();
  const journey = { origin: "STN", destination: "BGY", departureDate: day(departsIn), currency: "GBP" };
  const { id: watch } = await Watch.create(userId, { ...journey, rules: { target: "900.00" } }, minutes(-10));
  const traveler = await Traveler.create(userId, { ...ada, ...contact }, new Date());
  const passport = { type: "passport", number: "925123451", country: "GB", expiresOn: "2040-01-01" };
  await Traveler.addDocument(userId, traveler.id, passport, new Date());
  const wish = { travelers: [traveler.id], terms: Booking.currentTerms };
  return { userId, watch, journey, wish };
}
type Holder = Awaited<ReturnType<typeof holder>>;

/** The watch reaches its target at `at`, as a sweep writes it. */
async function reach({ userId, watch, journey }: Holder, at = minutes(1)) {
  const { offers } = await Flight.provider.search({ ...(await criteria(journey)) }, at);
  const { stated: _, ...offer } = offers[0]!;
  await sql`
    insert into alerts
      (id, user_id, watch_id, fare_id, at, price, currency, rules, already_true, mistake_fare, origin, destination,
       departure_date, offer)
    select ${newId("alr", at)}, ${userId}, ${watch}, watch_fares.fare_id, ${at}, ${offer.total}, 'GBP', '{target}', false,
           false, 'STN', 'BGY', ${journey.departureDate}, ${JSON.stringify(offer)}::jsonb
      from watch_fares
     where watch_fares.watch_id = ${watch}`;
}

async function criteria(journey: Holder["journey"]): Promise<Flight.Criteria> {
  const party = { adults: 1, childAges: [], infants: 0, cabin: "economy", maxStops: null, returnDate: null } as const;
  return { ...journey, ...party, childAges: [] };
}

const bookingsOf = async ({ userId }: Holder) => (await Booking.list(userId, {}, new Date())).items;

test("flights are held at the target, once until the owner asks again, also by several processes at once", async () => {
  const who = await holder();
  expect(await Booking.autoHold(who.userId, who.watch)).toMatchObject({ state: "off" });
  expect(await Booking.setAutoHold(who.userId, who.watch, who.wish, new Date())).toMatchObject({ state: "on" });
  expect(await Booking.holdTargets(minutes(1))).toBe(0);
  await reach(who);
  const held = await Promise.all(Array.from({ length: 4 }, () => Booking.holdTargets(minutes(2))));
  expect(held.reduce((sum, count) => sum + count)).toBe(1);
  const [made] = await bookingsOf(who);
  expect(made).toMatchObject({ status: "pending", hold: true, payment: "none" });
  await Booking.run(minutes(2), { id: made!.id });
  expect(await Booking.autoHold(who.userId, who.watch)).toMatchObject({ state: "held", booking: made!.id });
  await reach(who, minutes(5));
  expect(await Booking.holdTargets(minutes(6))).toBe(0);
  await Booking.endAutoHold(who.userId, who.watch);
  expect(await Booking.autoHold(who.userId, who.watch)).toMatchObject({ state: "off" });
  expect((await bookingsOf(who))[0]).toMatchObject({ status: "held" });
});

test("what must be paid at once is not held, and the next alert is waited for", async () => {
  const who = await holder(3);
  await Booking.setAutoHold(who.userId, who.watch, who.wish, new Date());
  await reach(who);
  expect(await Booking.holdTargets(minutes(2))).toBe(0);
  expect(await bookingsOf(who)).toEqual([]);
  expect(await Booking.autoHold(who.userId, who.watch)).toMatchObject({ state: "on" });
});

test("a process that died while it asked leaves nothing that waits for ever", async () => {
  const who = await holder();
  await Booking.setAutoHold(who.userId, who.watch, who.wish, new Date());
  await sql`update auto_holds set state = 'holding', since = ${minutes(-10)} where watch_id = ${who.watch}`;
  await Booking.holdTargets(new Date());
  expect(await Booking.autoHold(who.userId, who.watch)).toMatchObject({ state: "on" });
});

test("a traveler without what airlines ask for, and a watch without a target, are refused", async () => {
  const bare = await holder(++days, {});
  const set = (who: Holder, wish: object = who.wish) => Booking.setAutoHold(who.userId, who.watch, wish, new Date());
  await expect(set(bare)).rejects.toMatchObject({
    code: "booking.party",
    errors: [{ pointer: "/travelers/0/email" }, { pointer: "/travelers/0/phone" }],
  });
  const who = await holder();
  const other = await holder();
  await expect(set(who, other.wish)).rejects.toMatchObject({ code: "traveler.missing" });
  await expect(set({ ...who, userId: other.userId })).rejects.toMatchObject({ code: "watch.missing" });
  await sql`update price_watches set target_price = null, new_low = true where price_watches.id = ${who.watch}`;
  await expect(set(who)).rejects.toMatchObject({ code: "booking.no_target" });
});
