import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import type { Hint } from "../../src/payment.ts";
import { type Buyer, book, buyer, charges, settle } from "../support/booking.ts";

const { sql } = await import("../../src/base/db.ts");
const Booking = await import("../../src/booking.ts");
const Payment = await import("../../src/payment.ts");

async function cancel({ userId, id }: Buyer): Promise<void> {
  const { cancellation } = await Booking.quote(userId, id, new Date());
  await Booking.cancel(userId, id, { quote: cancellation!.id }, new Date());
}

/** Stripe tells that the refunds of a booking have failed. */
async function tellFailed({ id }: Buyer): Promise<void> {
  const told = stripe.state.events.filter(({ type, object }) => {
    const { metadata } = object as { metadata?: Record<string, string> };
    return type === "refund.failed" && metadata?.booking === id;
  });
  expect(told).toHaveLength(1);
  for (const event of told) {
    const { header, body } = stripe.post(event);
    const tell = ({ booking, about }: Hint) => Booking.hint(booking, new Date(), about);
    await Payment.receive(header, Buffer.from(body), tell);
  }
}

test("a refund that fails after it counted as paid needs a person", async () => {
  const who = await buyer({ number: "4000000000005126" });
  await book(who);
  await cancel(who);
  expect(await settle(who)).toMatchObject({ status: "cancelled", payment: "refunded" });
  stripe.pass(61);
  await tellFailed(who);
  const lost = { status: "cancelled", payment: "refund_failed", because: "lost_or_stolen_card" };
  expect(await settle(who)).toMatchObject(lost);
  const [row] = await sql`select step, returns from bookings where id = ${who.id}`;
  expect(row).toMatchObject({ step: null, returns: [{ done: false }] });
  expect((await charges(who.id))?.refunds).toHaveLength(1);
});

test("a hint about a refund that stands changes nothing", async () => {
  const who = await buyer();
  await book(who);
  await Booking.hint(who.id, new Date(), "refund");
  expect(await settle(who)).toMatchObject({ status: "confirmed", payment: "paid" });
  await cancel(who);
  await settle(who);
  await Booking.hint(who.id, new Date(), "refund");
  const done = await settle(who);
  expect(done).toMatchObject({ status: "cancelled", payment: "refunded" });
  expect(done.events.at(-1)?.kind).toBe("refunded");
  expect((await charges(who.id))?.refunds).toHaveLength(1);
});
