import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { type Buyer, book, buyer, charges, duffel, hours, minutes, settle } from "../support/booking.ts";

const { sql } = await import("../../src/base/db.ts");
const { env } = await import("../../src/base/env.ts");
const Booking = await import("../../src/booking.ts");
const { cutAt, interceptRequests } = await import("../support/network.ts");

const orderOf = (id: string) => duffel.orders.find(({ metadata }) => metadata.booking === id)!;

let events = 0;
/** Duffel tells that the airline changed an order. */
async function tell(order: string, id = `wev_airline_${++events}`): Promise<void> {
  const type = "order.airline_initiated_change_detected";
  const body = Buffer.from(JSON.stringify({ id, type, data: { object: { order_id: order } } }));
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", env.DUFFEL_WEBHOOK_SECRET ?? "")
    .update(`${at}.`)
    .update(body)
    .digest("hex");
  await Booking.receive(`t=${at},v1=${signature}`, body, new Date());
}

/** A paid booking whose first flight the airline moved by two hours, as its owner knows. */
async function moved(who: Buyer, actions?: string[]) {
  const before = await book(who);
  const change = duffel.disrupt(orderOf(who.id).id, 120, actions);
  await tell(orderOf(who.id).id);
  return { before, change, told: await settle(who) };
}

const letters = (userId: string) => sql`
  select messages.data from messages
   where messages.user_id = ${userId} and messages.data ->> 'event' = 'airline_changed' and messages.channel_id is null`;

test("what the airline changed is told once, shown before and after, and accepted once", async () => {
  const who = await buyer();
  const { before, change, told } = await moved(who);
  expect(told).toMatchObject({ status: "confirmed", slices: before.slices, actions: ["accept_change", "cancel"] });
  expect(told.airlineChanges).toMatchObject([
    { id: change.id, removed: before.slices, state: "open", acceptable: true },
  ]);
  expect(told.airlineChanges[0]!.added[0]!.departingAt > before.slices[0]!.departingAt).toBe(true);
  await tell(orderOf(who.id).id);
  await settle(who, minutes(1));
  const [letter, ...more] = await letters(who.userId);
  expect(more).toEqual([]);
  expect(JSON.stringify(letter)).not.toMatch(/Ling|125-|RZPNX8/);

  const accept = () => Booking.acceptChange(who.userId, who.id, { change: change.id }, new Date());
  expect(await accept()).toMatchObject({ working: true, airlineChanges: [{ state: "accepting" }] });
  await accept();
  const done = await settle(who);
  expect(done).toMatchObject({ slices: told.airlineChanges[0]!.added, airlineChanges: [{ state: "accepted" }] });
  expect(Date.parse(done.departsAt!) - Date.parse(before.departsAt!)).toBe(2 * 3_600_000);
  expect(await accept()).toMatchObject({ status: "confirmed", airlineChanges: [{ state: "accepted" }] });
  expect(duffel.seen.filter(({ call }) => call.endsWith("/actions/accept"))).toHaveLength(1);
  await expect(Booking.acceptChange(who.userId, who.id, { change: "aic_other" }, new Date())).rejects.toMatchObject({
    code: "booking.state",
  });
});

test("instead of accepting, its owner cancels and gets the money back", async () => {
  const who = await buyer();
  await moved(who, ["cancel"]);
  const { airlineChanges, actions, cancellation } = await Booking.quote(who.userId, who.id, new Date());
  expect([airlineChanges[0]!.acceptable, actions]).toEqual([false, ["cancel"]]);
  await Booking.cancel(who.userId, who.id, { quote: cancellation!.id }, new Date());
  expect(await settle(who)).toMatchObject({ status: "cancelled" });
  expect((await charges(who.id))?.refunds).toMatchObject([{ total: 10050 }]);
});

test("what was accepted elsewhere becomes the booking's flights, and a change that is refused says so", async () => {
  const who = await buyer();
  const { change, told } = await moved(who);
  const order = orderOf(who.id);
  Object.assign(change, { action_taken: "accepted" });
  order.slices = change.added;
  await Booking.acceptChange(who.userId, who.id, { change: change.id }, new Date());
  expect(await settle(who)).toMatchObject({ because: null, slices: told.airlineChanges[0]!.added });
  const other = await buyer();
  const again = await moved(other);
  Object.assign(again.change, { available_actions: [] });
  await Booking.acceptChange(other.userId, other.id, { change: again.change.id }, new Date());
  expect(await settle(other)).toMatchObject({ because: "action_not_available", slices: again.before.slices });
});

test("a hint is not lost while the order cannot be read, nor while a worker has the booking, nor after the reminders", async () => {
  const who = await buyer();
  const { departsAt } = await book(who);
  duffel.disrupt(orderOf(who.id).id, 60);
  await sql`update bookings set claimed_until = now() + interval '1 minute', fence = fence + 1 where id = ${who.id}`;
  await tell(orderOf(who.id).id);
  await sql`update bookings set claimed_until = null where id = ${who.id}`;
  duffel.next("cut", "cut");
  expect((await settle(who)).airlineChanges).toEqual([]);
  expect((await settle(who, minutes(5))).airlineChanges).toHaveLength(1);
  await tell(orderOf(who.id).id);
  duffel.next({ status: 404, code: "not_found" });
  const departs = new Date(departsAt!);
  expect((await settle(who, hours(-23, departs))).events.at(-1)?.kind).toBe("checkin_opens");
  await settle(who, hours(-2, departs));
  expect(await sql`select from bookings where id = ${who.id} and step is null`).toHaveLength(1);
  duffel.disrupt(orderOf(who.id).id, 30);
  await tell(orderOf(who.id).id);
  expect((await settle(who)).airlineChanges).toHaveLength(2);
});

test("killed after any request and started again, what the airline changed is accepted once", {
  timeout: 60_000,
}, async () => {
  const who = await buyer();
  await book(who);
  for (let at = 1, more = true; more; at++) {
    const change = duffel.disrupt(orderOf(who.id).id, 10);
    const accept = () => Booking.acceptChange(who.userId, who.id, { change: change.id }, new Date());
    const event = `wev_cut_${at}`;
    more = await cutAt(at, true, async () => {
      await tell(orderOf(who.id).id, event);
      await Booking.run(new Date(), { id: who.id });
      await accept();
      await Booking.run(new Date(), { id: who.id });
    });
    await sql`update bookings set claimed_until = null where bookings.id = ${who.id}`;
    await tell(orderOf(who.id).id, event);
    for (const later of [5, 20]) await settle(who, minutes(later));
    await accept();
    for (const later of [35, 50]) await settle(who, minutes(later));
    const done = await Booking.get(who.userId, who.id, new Date());
    expect([at, done.status, done.airlineChanges.at(-1)?.state]).toEqual([at, "confirmed", "accepted"]);
    expect(done.slices[0]!.departingAt).toBe(change.added[0]!.segments[0]!.departing_at.slice(0, 16));
    expect(await letters(who.userId)).toHaveLength(at);
  }
});

test("a hint is not lost while its owner asks what a cancellation gives back, after the reminders", async () => {
  const who = await buyer();
  await book(who);
  await sql`update bookings set step = null, due_at = null where id = ${who.id}`;
  duffel.disrupt(orderOf(who.id).id, 60);
  let isTold = false;
  const tellMeanwhile = async (_: unknown, body: string) => {
    if (isTold || !body.includes(`"order_id":"${orderOf(who.id).id}"`)) return;
    isTold = true;
    await tell(orderOf(who.id).id);
  };
  await interceptRequests(tellMeanwhile, () => Booking.quote(who.userId, who.id, new Date()));
  expect(isTold).toBe(true);
  expect((await settle(who)).airlineChanges).toHaveLength(1);
});
