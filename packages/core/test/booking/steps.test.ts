import { stripe } from "@travel-conductor/local/testing";
import { ada } from "@travel-conductor/local/testing/people";
import { expect, test } from "vitest";
import { ask, book, buyer, charges, duffel, hours, minutes, settle } from "../support/booking.ts";

const { addDays } = await import("../../src/base/day.ts");
const { sql } = await import("../../src/base/db.ts");
const { newId } = await import("../../src/base/id.ts");
const Booking = await import("../../src/booking.ts");
const Flight = await import("../../src/flight.ts");
const Traveler = await import("../../src/traveler.ts");
const { cutAt } = await import("../support/network.ts");

const ordersOf = (id: string) => duffel.orders.filter(({ metadata }) => metadata.booking === id);
const kinds = ({ events }: { events: { kind: string }[] }) => events.map(({ kind }) => kind);

test("a booking reserves the money, orders the flights and then takes the money, once each", async () => {
  const who = await buyer();
  const asked = await ask(who);
  expect(asked).toMatchObject({ status: "pending", payment: "none", total: who.offer.total, airlineReference: null });
  expect(asked.reference).toMatch(/^[A-Z]{6}$/);
  const done = await settle(who);
  expect(done).toMatchObject({ status: "confirmed", payment: "paid", airlineReference: "RZPNX8", because: null });
  expect(done.tickets).toEqual(["125-1230984567"]);
  expect(done.passengers).toEqual([{ givenName: "Ada", familyName: "Ling", kind: "adult" }]);
  expect(kinds(done)).toEqual(["requested", "authorized", "ordering", "confirmed", "paid"]);
  expect(ordersOf(who.id)).toHaveLength(1);
  expect(await charges(who.id)).toMatchObject({ state: "captured", captured: 10050 });
  await settle(who);
  expect(ordersOf(who.id)).toHaveLength(1);
});

test("its owner is reminded of check-in a day before, and of the departure three hours before", async () => {
  const who = await buyer();
  const { departsAt } = await book(who);
  const departs = new Date(String(departsAt));
  expect(kinds(await settle(who, hours(-25, departs)))).not.toContain("checkin_opens");
  expect(kinds(await settle(who, hours(-23, departs))).at(-1)).toBe("checkin_opens");
  await settle(who, hours(-22, departs));
  expect(kinds(await settle(who, hours(-2, departs))).at(-1)).toBe("departs_soon");
  const done = await settle(who, hours(1, departs));
  expect(kinds(done).filter((kind) => /checkin|departs/.test(kind))).toHaveLength(2);
  expect(done).toMatchObject({ status: "confirmed", working: false });
});

test("fifty at once with one id make one order and one charge", async () => {
  const who = await buyer();
  const all = await Promise.all(Array.from({ length: 50 }, () => ask(who)));
  expect(new Set(all.map(({ reference }) => reference)).size).toBe(1);
  await Promise.all(Array.from({ length: 10 }, () => Booking.run(new Date(), { id: who.id })));
  expect(ordersOf(who.id)).toHaveLength(1);
  expect(
    stripe.seen.filter(
      ({ call, body }) => call === "POST /v1/payment_intents" && JSON.stringify(body).includes(who.id),
    ),
  ).toHaveLength(1);
});

test("a child that comes of age on the way is booked", async () => {
  const { userId, method, wish, offer } = await buyer({ returns: true });
  const day = offer.slices[0]!.departingAt.slice(0, 10);
  const birthday = addDays(day, 3);
  const bornOn = `${Number(birthday.slice(0, 4)) - 18}${birthday.slice(4)}`;
  const child = await Traveler.create(userId, { ...ada, bornOn }, new Date());
  const question = { origin: "STN", destination: "BGY", departureDate: day, returnDate: addDays(day, 7) };
  const found = await Flight.search({ ...question, childAges: [17], currency: "GBP" }, new Date());
  const travelers = [...wish.travelers, child.id];
  const family = { userId, method, offer: found.items[0]!, traveler: child, id: newId("bkg"), wish };
  await ask(family, { offer: found.items[0]!.id, travelers });
  expect(await settle(family)).toMatchObject({ status: "confirmed", payment: "paid", because: null });
});

test("a declined card books nothing, and says so", async () => {
  const who = await buyer({ number: "4000000000000341" });
  expect(await book(who)).toMatchObject({ status: "failed", payment: "none", because: expect.any(String) });
  expect(ordersOf(who.id)).toEqual([]);
});

test("what the airline refuses lets the card go", async () => {
  const who = await buyer();
  await ask(who);
  duffel.fund(1);
  const done = await settle(who);
  expect(done).toMatchObject({ status: "failed", because: "insufficient_balance", payment: "released" });
  expect(await charges(who.id)).toMatchObject({ state: "released" });
});

test("an order whose answer was lost is found, and never sent again", async () => {
  const who = await buyer();
  await ask(who);
  duffel.deliver(202);
  const unknown = await settle(who);
  expect(unknown).toMatchObject({ status: "unknown", payment: "authorized" });
  duffel.heal();
  expect(await settle(who, minutes(1))).toMatchObject({ status: "confirmed" });
  const done = await settle(who, minutes(2));
  expect(done).toMatchObject({ status: "confirmed", payment: "paid", airlineReference: "RZPNX8" });
  expect(duffel.seen.filter(({ call }) => call === "POST /air/orders")).toEqual([]);
  expect(ordersOf(who.id)).toHaveLength(1);
});

test("an order that is absent for a day is given up; found later it is undone", async () => {
  const who = await buyer();
  await ask(who);
  duffel.deliver("later");
  expect(await settle(who)).toMatchObject({ status: "unknown" });
  await settle(who, hours(1));
  expect(await settle(who, hours(24))).toMatchObject({ status: "unknown", payment: "authorized" });
  await settle(who, hours(25));
  expect(await settle(who, hours(25.1))).toMatchObject({
    status: "failed",
    because: "order_absent",
    payment: "released",
  });
  duffel.makeAccepted();
  await settle(who, hours(50));
  await settle(who, hours(51));
  expect(ordersOf(who.id)[0]?.cancelled_at).not.toBeNull();
  expect(kinds(await Booking.get(who.userId, who.id, new Date()))).toContain("found_late");
});

test("a list that failed says nothing of an order that is sought", async () => {
  const who = await buyer();
  await ask(who);
  duffel.deliver("never");
  await settle(who);
  for (let hour = 1; hour < 60; hour += 5) {
    duffel.next("cut", "cut", "cut");
    await settle(who, hours(hour));
  }
  expect(await settle(who, hours(60))).toMatchObject({ status: "unknown" });
});

test("orders that are sought take one list for all of them, and no place from other bookings", async () => {
  const who = await buyer();
  await ask(who);
  duffel.deliver("never");
  await settle(who);
  duffel.deliver(201);
  await sql`
    insert into bookings
      (id, user_id, booking_reference, flight_data, passenger_data, total_price, currency, status, step, due_at, step_at,
       asked_at, offer, simulated)
    select bookings.id || n, bookings.user_id, 'sought' || n, bookings.flight_data, bookings.passenger_data,
           bookings.total_price, bookings.currency, bookings.status, bookings.step, bookings.due_at, bookings.step_at,
           bookings.asked_at, bookings.offer, bookings.simulated
      from bookings,
           generate_series(1, 30) as n
     where bookings.id = ${who.id}`;
  const later = await buyer();
  await ask(later);
  await Booking.run(hours(1), { limit: 1 });
  expect(duffel.seen.filter(({ call }) => call.startsWith("GET /air/orders?"))).toHaveLength(1);
  const sought = await sql`
    select from bookings where bookings.user_id = ${who.userId} and bookings.absent_since is not null`;
  expect(sought).toHaveLength(31);
  expect(await settle(later, hours(1))).toMatchObject({ status: "confirmed" });
  await sql`delete from bookings where bookings.user_id = ${who.userId}`;
});

test("a payment that the bank asks about waits for its owner, and ends after a quarter of an hour", async () => {
  const [answers, leaves] = await Promise.all([
    buyer({ number: "4000002760003184" }),
    buyer({ number: "4000002760003184" }),
  ]);
  const asked = await book(answers);
  expect(asked).toMatchObject({ status: "action_required", actions: ["confirm_payment"] });
  expect(asked.challenge).toMatchObject({ clientSecret: expect.stringContaining("pi_") });
  const [row] = await sql`select payment_intent as intent from bookings where id = ${answers.id}`;
  stripe.answerChallenge(String(row?.intent), true);
  await Booking.confirmPayment(answers.userId, answers.id, new Date());
  expect(await settle(answers)).toMatchObject({ status: "confirmed", payment: "paid", challenge: null });
  // The bank's event may come before its customer.
  const late = await Booking.confirmPayment(answers.userId, answers.id, new Date());
  expect(late).toMatchObject({ status: "confirmed", payment: "paid" });
  await book(leaves);
  expect(await settle(leaves, minutes(14))).toMatchObject({ status: "action_required" });
  expect(await settle(leaves, minutes(16))).toMatchObject({ status: "failed", because: "not_proven" });
  expect(ordersOf(leaves.id)).toEqual([]);
});

test("a step that waits for the bank does not count as one that fails", async () => {
  const who = await buyer({ number: "4000002760003184" });
  await book(who);
  for (let minute = 1; minute <= 12; minute++) await settle(who, minutes(minute));
  expect(await sql`select from bookings where id = ${who.id} and attempts = 0`).toHaveLength(1);
  stripe.next("cut", "cut");
  await settle(who, minutes(13));
  expect(await sql`select from bookings where id = ${who.id} and due_at < ${minutes(14)}`).toHaveLength(1);
});

test("a booking whose card could not be charged is reminded of its departure too", async () => {
  const who = await buyer();
  duffel.deliver("later");
  await ask(who);
  expect(await settle(who)).toMatchObject({ status: "unknown", payment: "authorized" });
  const [row] = await sql`select payment_intent as intent from bookings where id = ${who.id}`;
  stripe.state.intents[String(row?.intent)]!.status = "canceled";
  duffel.makeAccepted();
  await settle(who, minutes(1));
  const done = await settle(who, minutes(1));
  expect(done).toMatchObject({ status: "confirmed", payment: "due", because: "released" });
  const departs = new Date(String(done.departsAt));
  expect(kinds(await settle(who, hours(-23, departs))).at(-1)).toBe("checkin_opens");
});

test("flights are held without a card, told of before the hold runs out, and paid later", async () => {
  const who = await buyer({ holds: true });
  const done = await book(who, { hold: true, paymentMethod: null });
  expect(done).toMatchObject({ status: "held", payment: "none", actions: ["pay", "cancel"] });
  const payBy = new Date(String(done.payBy));
  await settle(who, hours(-23, payBy));
  await settle(who, hours(-2, payBy));
  expect(kinds(await settle(who, hours(-1, payBy))).filter((kind) => kind === "hold_ends")).toHaveLength(2);
  const wrong = { paymentMethod: who.method.id, price: { amount: "1.00", currency: "GBP" } };
  await expect(Booking.pay(who.userId, who.id, wrong, new Date())).rejects.toMatchObject({ code: "booking.price" });
  await Booking.pay(who.userId, who.id, { ...wrong, price: done.total }, new Date());
  expect(await settle(who)).toMatchObject({ status: "confirmed", payment: "paid" });
  expect(ordersOf(who.id)).toHaveLength(1);
});

test("a hold that runs out is over, without a charge", async () => {
  const who = await buyer({ holds: true });
  const { payBy } = await book(who, { hold: true });
  const [order] = ordersOf(who.id);
  order!.cancelled_at = payBy;
  expect(await settle(who, hours(0.1, new Date(String(payBy))))).toMatchObject({ status: "expired", actions: [] });
  expect(await charges(who.id)).toBeUndefined();
});

test("a cancellation says first what it gives back, and then gives it back to the card", async () => {
  const who = await buyer();
  await book(who);
  const quoted = await Booking.quote(who.userId, who.id, new Date());
  expect(quoted).toMatchObject({ status: "confirmed", cancellation: { refund: who.offer.total, to: "card" } });
  await expect(Booking.cancel(who.userId, who.id, { quote: "ore_other" }, new Date())).rejects.toMatchObject({
    code: "booking.quote",
  });
  await Booking.cancel(who.userId, who.id, { quote: quoted.cancellation!.id }, new Date());
  const done = await settle(who);
  expect(done.status).toBe("cancelled");
  expect(["refunding", "refunded"]).toContain(done.payment);
  expect(ordersOf(who.id)[0]?.cancelled_at).not.toBeNull();
  expect((await charges(who.id))?.refunds).toMatchObject([{ total: 10050 }]);
});

test.each([false, true])(
  "killed at any request and started again, there is one order and one charge (answers lost: %s)",
  { timeout: 120_000 },
  async (loses) => {
    for (let at = 1, more = true; more; at++) {
      const who = await buyer();
      await ask(who);
      more = await cutAt(at, loses, () => Booking.run(new Date(), { id: who.id }));
      await sql`update bookings set claimed_until = null where bookings.id = ${who.id}`;
      for (const later of [5, 20, 70]) {
        await settle(who, minutes(later));
        await settle(who, minutes(later));
      }
      const done = await Booking.get(who.userId, who.id, new Date());
      const money = await charges(who.id);
      const orders = ordersOf(who.id).filter(({ cancelled_at }) => cancelled_at === null);
      if (done.status === "confirmed") {
        expect([at, orders.length, money?.state, done.payment]).toEqual([at, 1, "captured", "paid"]);
      } else {
        // The seller was never asked, or its answer never came: still sought, or given up with the money let go.
        expect([at, ["unknown", "failed"].includes(done.status), orders.length]).toEqual([at, true, 0]);
        expect(["authorized", "released", undefined]).toContain(money?.state);
      }
      const made = stripe.seen.filter(
        ({ call, key }) =>
          call.startsWith("POST /v1/payment_intents") && !call.includes("/pi_") && key?.startsWith(who.id),
      );
      expect(new Set(made.map(({ key }) => key)).size).toBeLessThanOrEqual(1);
    }
  },
);
