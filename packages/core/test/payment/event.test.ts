import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { newId } from "../../src/base/id.ts";
import * as Payment from "../../src/payment.ts";
import { card } from "../support/card.ts";
import * as a from "../support/factory.ts";

const now = new Date();
const refused = { code: "webhook.secret" };
const nothing = async () => undefined;
type Event = (typeof stripe.state.events)[number];

/** The newest event of a type about an object. */
function event(type: string, id: string): Event {
  const found = stripe.state.events.findLast((each) => each.type === type && (each.object as { id: string }).id === id);
  if (!found) throw new Error(`no event ${type}`);
  return found;
}

function receive(
  told: Event,
  tell: (hint: Payment.Hint) => Promise<void> = nothing,
  ...how: [at?: number, secret?: string]
) {
  const { header, body } = stripe.post(told, ...how);
  return Payment.receive(header, Buffer.from(body), tell);
}

test("an event is taken with Stripe's signature of the last five minutes over its bytes, and not otherwise", async () => {
  const { userId } = await card();
  const told = stripe.state.events.at(-1)!;
  const { header, body } = stripe.post(told);
  const seconds = Math.floor(Date.now() / 1000);
  await expect(Payment.receive(undefined, Buffer.from(body), nothing)).rejects.toMatchObject(refused);
  await expect(Payment.receive("t=1,v1=00", Buffer.from(body), nothing)).rejects.toMatchObject(refused);
  await expect(Payment.receive(header, Buffer.from(`${body} `), nothing)).rejects.toMatchObject(refused);
  await expect(receive(told, nothing, seconds - 310)).rejects.toMatchObject(refused);
  await expect(receive(told, nothing, seconds, `whsec_${"x".repeat(24)}`)).rejects.toMatchObject(refused);
  await receive(told, nothing, seconds - 290);
  expect(userId).toBeDefined();
});

test("a card whose browser never came back is kept by Stripe's event, once", async () => {
  const userId = await a.user();
  const { id } = await Payment.setup(userId);
  stripe.enterCard(id);
  const told = event("setup_intent.succeeded", id);
  await Promise.all([receive(told), receive(told)]);
  await receive(told);
  expect((await Payment.list(userId, {}, now)).items).toMatchObject([{ lastFour: "4242", isDefault: true }]);
  // A late one, after the owner removed the card, brings nothing back.
  await Payment.remove(userId, (await Payment.list(userId, {}, now)).items[0]!.id);
  await receive({ ...told, id: "evt_late" });
  expect((await Payment.list(userId, {}, now)).items).toEqual([]);
});

test("a card that the bank renewed is read anew, and one that Stripe no longer has is gone", async () => {
  const { userId, method, card: held } = await card();
  const other = await card(undefined, userId);
  const kept = stripe.state.methods[held.token]!;
  kept.expYear = 2039;
  const about = { id: held.token, object: "payment_method" };
  await receive({ id: "evt_renewed", created: 0, type: "payment_method.automatically_updated", object: about });
  expect((await Payment.get(userId, method.id, now)).expires).toEqual({ month: 12, year: 2039 });
  // What the event says is not believed: Stripe still has this card.
  await receive({ id: "evt_false", created: 0, type: "payment_method.detached", object: about });
  expect(await Payment.get(userId, method.id, now)).toMatchObject({ isDefault: true });
  kept.customer = null;
  await receive({ id: "evt_gone", created: 0, type: "payment_method.detached", object: about });
  expect((await Payment.list(userId, {}, now)).items).toEqual([{ ...other.method, isDefault: true }]);
});

test("a booking is told of its payments and refunds; an event whose handling failed is handled when it comes again", async () => {
  const { card: token } = await card("4000000000005126");
  const booking = newId("usr");
  const step = (name: string) => ({ booking, step: name, since: now });
  const price = { total: 100, currency: "GBP", isReal: false };
  const paid = await Payment.authorize(step("authorize"), token, price);
  const { intent } = (paid as { value: Payment.Charge }).value;
  await Payment.capture(step("capture"), intent);
  const refund = (await Payment.refund(step("refund"), intent)) as { value: Payment.Refund };
  stripe.pass(61);
  const hints: Payment.Hint[] = [];
  const tell = async (hint: Payment.Hint) => void hints.push(hint);
  const succeeded = event("payment_intent.succeeded", intent);
  await expect(
    receive(succeeded, async () => {
      throw new Error("the database is away");
    }),
  ).rejects.toThrow("away");
  await receive(succeeded, tell);
  await receive(succeeded, tell);
  await receive(event("refund.failed", refund.value.id), tell);
  expect(hints).toEqual([
    { booking, intent },
    { booking, intent, about: "refund" },
  ]);
});
