import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { type Buyer, book, buyer, charges, duffel, minutes, settle } from "../support/booking.ts";

const { addDays } = await import("../../src/base/day.ts");
const { sql } = await import("../../src/base/db.ts");
const Booking = await import("../../src/booking.ts");
const Payment = await import("../../src/payment.ts");
const a = await import("../support/factory.ts");
const { twinOf } = await import("../../src/booking/twin.ts");
const { cutAt } = await import("../support/network.ts");

type Info = Awaited<ReturnType<typeof Booking.get>>;
type Offer = NonNullable<Info["change"]>["offers"][number];

const orderOf = (id: string) => duffel.orders.find(({ metadata }) => metadata.booking === id)!;
const kinds = ({ events }: Info) => events.map(({ kind }) => kind);
const none = { amount: "0.00", currency: "GBP" };

/** A paid booking whose airline changes it for a penalty of 25.00. */
async function changeable(over: Parameters<typeof buyer>[0] = {}, changePenalty: string | null = "25.00") {
  duffel.sell({ changePenalty });
  const who = await buyer(over);
  const done = await book(who);
  expect(done).toMatchObject({ status: "confirmed", payment: "paid" });
  return { ...who, day: done.journey.departureDate!, done };
}
type Changeable = Awaited<ReturnType<typeof changeable>>;

/** Asks for flights three days later; the cheapest offer comes first. */
async function asked(who: Changeable, days: object = { departureDate: addDays(who.day, 3) }) {
  const { change } = await Booking.askChange(who.userId, who.id, days, new Date());
  return change!.offers;
}

const take = ({ userId, id }: Buyer, { id: offer, charge, refund }: Offer, over: object = {}) =>
  Booking.change(userId, id, { offer, charge, refund, ...over }, new Date());

/** The payment of a change. */
async function paymentOf(id: string) {
  const [row] = await sql`
    select coalesce(bookings.change -> 'chosen' ->> 'intent', bookings.charges -> -1 ->> 'intent') as intent
      from bookings
     where bookings.id = ${id}`;
  const told = await Payment.read(String(row?.intent));
  return told.status === "done" ? told.value : undefined;
}

test("a change says before and after and what it costs, and then charges that alone and changes the flights", async () => {
  const who = await changeable();
  expect(who.done.actions).toEqual(["change", "cancel"]);
  const [offer] = await asked(who);
  const [after] = offer!.slices;
  expect(offer).toMatchObject({
    charge: { amount: "25.00" },
    refund: none,
    to: "none",
    penalty: { amount: "25.00" },
    total: { amount: "125.50" },
  });
  expect(after!.departingAt.slice(0, 10)).toBe(addDays(who.day, 3));
  const asking = await Booking.get(who.userId, who.id, new Date());
  expect(asking.slices).toEqual(who.done.slices);
  expect(await take(who, offer!)).toMatchObject({ status: "changing", actions: [], change: { chosen: offer!.id } });
  const done = await settle(who);
  expect(done).toMatchObject({
    status: "confirmed",
    payment: "paid",
    change: null,
    total: { amount: "125.50" },
    slices: offer!.slices,
    journey: { departureDate: addDays(who.day, 3) },
    tickets: ["125-1230984568"],
  });
  expect(done.departsAt).not.toBe(who.done.departsAt);
  expect(kinds(done).slice(-5)).toEqual(["change_asked", "changing", "authorized", "changed", "paid"]);
  expect(orderOf(who.id).slices[0]!.segments[0]!.departing_at).toContain(addDays(who.day, 3));
  expect(await paymentOf(who.id)).toMatchObject({ state: "captured", captured: 2500 });
  expect(await charges(who.id)).toMatchObject({ captured: 10050, refunds: [] });
  const [letter] = await sql`
    select messages.data from messages
     where messages.user_id = ${who.userId} and messages.data ->> 'event' = 'changed' and messages.channel_id is null`;
  expect(letter?.data).toMatchObject({ departureDate: addDays(who.day, 3) });
  expect(JSON.stringify(letter)).not.toMatch(/Ling|125-|RZPNX8/);
});

test("a changed booking is the twin of its travelers on its new flights, unless another one is already", async () => {
  const who = await changeable();
  const twinNow = async () => (await sql`select party, twin from bookings where bookings.id = ${who.id}`)[0]!;
  const before = await twinNow();
  const change = async (days: number) => {
    const [offer] = await asked(who, { departureDate: addDays(who.day, days) });
    await take(who, offer!);
    return settle(who);
  };
  const { slices } = await change(3);
  const after = await twinNow();
  expect(after).toEqual({ party: before.party, twin: twinOf(before.party, slices) });
  expect(after.twin).not.toBe(before.twin);
  // A booking of another account stands for the twin that was there first.
  const other = await changeable();
  await sql`update bookings set twin = ${before.twin} where bookings.id = ${other.id}`;
  expect(await change(0)).toMatchObject({ status: "confirmed", slices: who.done.slices });
  expect(await twinNow()).toEqual({ party: before.party, twin: null });
});

test("what comes back goes to the card, and a cancellation later gives back the rest from each payment", async () => {
  const who = await changeable({ returns: true });
  const [offer] = await asked(who, { returnDate: addDays(who.day, 9) });
  expect(offer!.slices[0]).toEqual(who.done.slices[0]);
  await take(who, offer!);
  expect(await settle(who)).toMatchObject({ status: "confirmed", journey: { returnDate: addDays(who.day, 9) } });
  const cheaper = (await asked(who))[0]!;
  Object.assign(duffel.changeOffers.get(cheaper.id)!, { change_total_amount: "-30.00" });
  await expect(take(who, cheaper)).rejects.toMatchObject({
    code: "booking.price",
    more: { refund: { amount: "30.00" } },
  });
  await take(who, { ...cheaper, charge: none, refund: { amount: "30.00", currency: "GBP" } });
  for (const later of [0, 61]) await settle(who, minutes(later));
  expect(await Booking.get(who.userId, who.id, new Date())).toMatchObject({ status: "confirmed", payment: "paid" });
  const receipt = async () => (await Booking.receipt(who.userId, who.id, new Date())).html.replace(/<[^>]+>/g, " ");
  expect(await receipt()).toMatch(/Total +£196\.00 +Payment +Paid by card +Paid by card +£226\.00 +Refunded +£30\.00/);
  // The newest payment, of 25.00, gives back first.
  expect((await paymentOf(who.id))?.refunds).toMatchObject([{ total: 2500 }]);
  expect((await charges(who.id))?.refunds).toMatchObject([{ total: 500 }]);
  const total = Number((await charges(who.id))!.captured) - 500;
  orderOf(who.id).total_amount = (total / 100).toFixed(2);
  const { cancellation } = await Booking.quote(who.userId, who.id, new Date());
  await Booking.cancel(who.userId, who.id, { quote: cancellation!.id }, new Date());
  for (const later of [0, 61]) await settle(who, minutes(later));
  expect(await Booking.get(who.userId, who.id, new Date())).toMatchObject({ status: "cancelled", payment: "refunded" });
  expect((await charges(who.id))?.refunds.map((one) => one.total).sort()).toEqual([500, total].sort());
  expect(await receipt()).toMatch(/Payment +Refunded +Paid by card +£226\.00 +Refunded +£226\.00/);
});

test("an amount that moved is refused with the old and the new total, and taken at the new one", async () => {
  const who = await changeable();
  const [offer] = await asked(who);
  Object.assign(duffel.changeOffers.get(offer!.id)!, { change_total_amount: "40.00" });
  await expect(take(who, offer!)).rejects.toMatchObject({
    code: "booking.price",
    more: { total: { amount: "140.50" }, previousTotal: { amount: "125.50" }, charge: { amount: "40.00" } },
  });
  expect(await Booking.get(who.userId, who.id, new Date())).toMatchObject({ status: "confirmed", working: false });
  await take(who, { ...offer!, charge: { amount: "40.00", currency: "GBP" } });
  expect(await settle(who)).toMatchObject({ total: { amount: "140.50" } });
});

test("what the airline does not let be changed, an offer that ran out, and days that nobody sells are refused", async () => {
  const fixed = await changeable({}, null);
  expect(fixed.done.actions).toEqual(["cancel"]);
  await expect(asked(fixed)).rejects.toMatchObject({ code: "booking.not_changeable" });
  const who = await changeable();
  await expect(asked(who, {})).rejects.toMatchObject({ errors: [{ pointer: "/departureDate" }] });
  await expect(asked(who, { returnDate: who.day })).rejects.toMatchObject({ errors: [{ pointer: "/returnDate" }] });
  await expect(asked(who, { departureDate: "2020-01-01" })).rejects.toMatchObject({
    code: "flight.not_sellable",
    errors: [{ pointer: "/departureDate" }],
  });
  const [offer] = await asked(who);
  const gone = { code: "booking.change_offer" };
  await expect(take(who, { ...offer!, id: "oco_other" })).rejects.toMatchObject(gone);
  Object.assign(duffel.changeOffers.get(offer!.id)!, { expires_at: new Date(0).toISOString() });
  await expect(take(who, offer!)).rejects.toMatchObject(gone);
  const other = await a.proven();
  const missing = { code: "booking.missing" };
  await expect(Booking.askChange(other, who.id, { departureDate: who.day }, new Date())).rejects.toMatchObject(missing);
  await expect(take({ ...who, userId: other }, offer!)).rejects.toMatchObject(missing);
  await expect(Booking.acceptChange(other, who.id, { change: "x" }, new Date())).rejects.toMatchObject(missing);
  orderOf(who.id).available_actions = ["cancel"];
  await expect(asked(who)).rejects.toMatchObject({ code: "booking.not_changeable" });
});

test("what the airline or the bank refuses leaves the booking as it was, and the card is let go", async () => {
  const who = await changeable();
  const [offer] = await asked(who);
  await take(who, offer!);
  duffel.fund(1);
  const kept = await settle(who);
  expect(kept).toMatchObject({ status: "confirmed", because: "insufficient_balance", slices: who.done.slices });
  expect(kinds(kept).slice(-2)).toEqual(["not_changed", "released"]);
  expect(kept).toMatchObject({ total: who.done.total, payment: "paid", actions: ["change", "cancel"] });
  duffel.fund(Number.POSITIVE_INFINITY);
  const { method } = await (await import("../support/card.ts")).card("4000000000000341", who.userId);
  await take(who, (await asked(who))[0]!, { paymentMethod: method.id });
  const declined = await settle(who);
  expect(declined).toMatchObject({ status: "confirmed", because: expect.any(String), slices: who.done.slices });
  expect(kinds(declined).at(-1)).toBe("not_changed");
});

test("a change that the bank asks about waits for its owner, and is given up after a quarter of an hour", async () => {
  const who = await changeable();
  const { method } = await (await import("../support/card.ts")).card("4000002760003184", who.userId);
  await take(who, (await asked(who))[0]!, { paymentMethod: method.id });
  const waits = await settle(who);
  expect(waits).toMatchObject({ status: "changing", actions: ["confirm_payment"] });
  expect(waits.challenge).toMatchObject({ clientSecret: expect.stringContaining("pi_") });
  expect(await settle(who, minutes(16))).toMatchObject({ status: "confirmed", because: "not_proven" });
  await settle(who, minutes(17));
  await take(who, (await asked(who))[0]!, { paymentMethod: method.id });
  await settle(who);
  stripe.answerChallenge((await paymentOf(who.id))!.intent, true);
  await Booking.confirmPayment(who.userId, who.id, new Date());
  expect(await settle(who)).toMatchObject({ status: "confirmed", total: { amount: "125.50" }, challenge: null });
});

test.each([false, true])(
  "killed at any request and started again, a change is made and paid once (answers lost: %s)",
  { timeout: 60_000 },
  async (loses) => {
    const who = await changeable();
    for (let at = 1, more = true; more; at++) {
      const departureDate = addDays(who.day, at);
      const [offer] = await asked(who, { departureDate });
      more = await cutAt(at, loses, async () => {
        await take(who, offer!);
        await Booking.run(new Date(), { id: who.id });
      });
      await sql`update bookings set claimed_until = null where bookings.id = ${who.id}`;
      const isChanged = () => orderOf(who.id).slices[0]!.segments[0]!.departing_at.startsWith(departureDate);
      // Where nothing was written yet its owner asks again.
      if ((await settle(who)).actions.includes("change") && !isChanged()) await take(who, offer!);
      await settle(who, minutes(5));
      const done = await settle(who, minutes(20));
      expect([at, done.status, done.payment, isChanged()]).toEqual([at, "confirmed", "paid", true]);
      expect(done).toMatchObject({ change: null, because: null, journey: { departureDate } });
      expect(Number(done.total.amount)).toBe(100.5 + 25 * at);
      expect(await paymentOf(who.id)).toMatchObject({ state: "captured", captured: 2500 });
      const made = stripe.seen.filter(
        ({ call, key }) => call === "POST /v1/payment_intents" && key?.startsWith(`${who.id}:change`),
      );
      expect(new Set(made.map(({ key }) => key)).size).toBe(at);
    }
  },
);
