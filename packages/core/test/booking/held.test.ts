import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { type Buyer, book, buyer, charges, duffel, hours, minutes, settle } from "../support/booking.ts";

const { sql } = await import("../../src/base/db.ts");
const Booking = await import("../../src/booking.ts");
const { card } = await import("../support/card.ts");

const orderOf = (id: string) => duffel.orders.find(({ metadata }) => metadata.booking === id)!;

/** A person whose flights are held, and how they pay for them. */
async function holder(number?: string) {
  const who = await buyer({ holds: true, ...(number && { number }) });
  const held = await book(who, { hold: true, paymentMethod: null });
  const pay = (method = who.method.id, at = new Date()) =>
    Booking.pay(who.userId, who.id, { paymentMethod: method, price: held.total }, at);
  return { who, payBy: new Date(String(held.payBy)), pay };
}

const intentOf = async ({ id }: Buyer) => {
  const [row] = await sql`select payment_intent as intent from bookings where id = ${id}`;
  return String(row?.intent);
};

test("a payment that the airline refuses lets the card go, and the flights stay held and may be paid by another try", async () => {
  const { who, payBy, pay } = await holder();
  await pay();
  duffel.next({ status: 422, code: "price_changed" });
  expect(await settle(who)).toMatchObject({ status: "held", payment: "released", because: "price_changed" });
  expect(await charges(who.id)).toMatchObject({ state: "released" });
  expect(await settle(who)).toMatchObject({ working: false, actions: ["pay", "cancel"] });
  await settle(who, hours(-2, payBy));
  expect((await settle(who, hours(-2, payBy))).events.at(-1)?.kind).toBe("hold_ends");
  await pay();
  expect(await settle(who)).toMatchObject({ status: "confirmed", payment: "paid" });
  expect(await charges(who.id)).toMatchObject({ state: "captured" });
});

test("a payment that the airline refuses because the order is over ends the hold", async () => {
  const { who, pay } = await holder();
  await pay();
  orderOf(who.id).cancelled_at = new Date().toISOString();
  duffel.next({ status: 422, code: "already_cancelled" });
  expect(await settle(who)).toMatchObject({ status: "expired", payment: "released" });
});

test("a bank that is left unanswered again and again keeps nobody from paying with another card", async () => {
  const { who, pay } = await holder("4000002760003184");
  for (const tries of [1, 2]) {
    await pay(who.method.id, minutes(20 * tries));
    expect(await settle(who, minutes(20 * tries))).toMatchObject({ status: "action_required" });
    const intent = await intentOf(who);
    const left = await settle(who, minutes(20 * tries + 16));
    expect(left).toMatchObject({ status: "held", because: "not_proven", actions: ["pay", "cancel"] });
    expect(stripe.state.intents[intent]?.status).toBe("canceled");
  }
  const { method } = await card(undefined, who.userId);
  await pay(method.id, minutes(60));
  expect(await settle(who, minutes(60))).toMatchObject({ status: "confirmed", payment: "paid" });
});

test("held flights that the airline does not cancel stay held, and run out", async () => {
  const { who, payBy } = await holder();
  const { cancellation } = await Booking.quote(who.userId, who.id, new Date());
  await Booking.cancel(who.userId, who.id, { quote: cancellation!.id }, new Date());
  duffel.next({ status: 422, code: "order_not_cancellable" });
  expect(await settle(who)).toMatchObject({ status: "held", because: "order_not_cancellable" });
  expect(await settle(who)).toMatchObject({ working: false, actions: ["pay", "cancel"] });
  orderOf(who.id).cancelled_at = payBy.toISOString();
  expect(await settle(who, hours(0.1, payBy))).toMatchObject({ status: "expired" });
});

test("held flights that are found after they were given up are let go", async () => {
  const who = await buyer({ holds: true });
  duffel.deliver("later");
  await book(who, { hold: true, paymentMethod: null });
  await settle(who, hours(1));
  expect(await settle(who, hours(26))).toMatchObject({ status: "failed", because: "order_absent" });
  duffel.makeAccepted();
  await settle(who, hours(51));
  const done = await settle(who, hours(51));
  expect(done.events.at(-1)?.kind).toBe("found_late");
  expect(orderOf(who.id).cancelled_at).not.toBeNull();
});

test("a cancellation whose answer was lost is waited for, also after its quote ran out", async () => {
  const who = await buyer();
  await book(who);
  const { cancellation } = await Booking.quote(who.userId, who.id, new Date());
  await Booking.cancel(who.userId, who.id, { quote: cancellation!.id }, new Date());
  await sql`
    update bookings
       set cancellation = jsonb_set(cancellation, '{expiresAt}', to_jsonb(${new Date().toISOString()}::text))
     where id = ${who.id}`;
  duffel.next("cut");
  expect(await settle(who, minutes(1))).toMatchObject({ status: "cancelling" });
  const order = orderOf(who.id);
  order.cancelled_at = new Date().toISOString();
  expect(await settle(who, minutes(2))).toMatchObject({ status: "cancelled" });
  expect((await charges(who.id))?.refunds).toMatchObject([{ total: 10050 }]);
});
