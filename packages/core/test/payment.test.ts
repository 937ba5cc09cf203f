import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import * as Payment from "../src/payment.ts";
import { card } from "./support/card.ts";
import * as a from "./support/factory.ts";

const now = new Date();
const missing = { code: "payment_method.missing" };

test("a card is added by its setup; its token, brand, last four and expiry are kept, and the first is the default", async () => {
  const { userId, method } = await card("5555555555554444");
  expect(method).toMatchObject({ brand: "mastercard", lastFour: "4444", expires: { month: 12, year: 2034 } });
  expect(method).toMatchObject({ expired: false, isDefault: true });
  const second = await card("4000002500003155", userId);
  expect((await Payment.list(userId, {}, now)).items).toEqual([method, second.method]);
  expect(second.method.isDefault).toBe(false);
  const [row] = await sql`select payment_methods::text as text from payment_methods where user_id = ${userId}`;
  expect(row?.text).not.toMatch(/5555555555554444|\b123\b/);
  const changed = await Payment.update(userId, second.method.id, { isDefault: true }, now);
  expect(changed.isDefault).toBe(true);
  expect((await Payment.get(userId, method.id, now)).isDefault).toBe(false);
});

test("finishing a setup twice, at once and by Stripe's event keeps one card", async () => {
  const userId = await a.user();
  const { id } = await Payment.setup(userId);
  await expect(Payment.finish(userId, id, now)).rejects.toMatchObject({ code: "payment_method.unfinished" });
  stripe.enterCard(id);
  const ends = await Promise.all(Array.from({ length: 5 }, () => Payment.finish(userId, id, now)));
  expect(new Set(ends.map((end) => end.id)).size).toBe(1);
  expect((await Payment.list(userId, {}, now)).items).toHaveLength(1);
});

test.each([
  ["4000000000000002", "payment_method.declined"],
  ["4000000000000127", "payment_method.declined"],
  ["4111111111111111", "payment_method.declined"],
])("a card %s that Stripe refuses is not kept", async (number, code) => {
  const userId = await a.user();
  const { id } = await Payment.setup(userId);
  expect(stripe.enterCard(id, { number, expiry: "12/34", cvc: "123" }).status).toBe(402);
  await expect(Payment.finish(userId, id, now)).rejects.toMatchObject({ code });
  expect((await Payment.list(userId, {}, now)).items).toEqual([]);
});

test("a card whose owner could not be proven is not kept", async () => {
  const userId = await a.user();
  const { id } = await Payment.setup(userId);
  stripe.enterCard(id, { number: "4000002500003155", expiry: "12/34", cvc: "123" });
  await expect(Payment.finish(userId, id, now)).rejects.toMatchObject({ code: "payment_method.unfinished" });
  stripe.answerChallenge(id, false);
  await expect(Payment.finish(userId, id, now)).rejects.toMatchObject({ code: "payment_method.declined" });
});

test("another user's card and setup are missing", async () => {
  const { userId, method } = await card();
  const { id: setupId } = await Payment.setup(userId);
  stripe.enterCard(setupId);
  const other = await a.user();
  await Payment.setup(other);
  await expect(Payment.get(other, method.id, now)).rejects.toMatchObject(missing);
  await expect(Payment.cardFor(other, method.id, now)).rejects.toMatchObject(missing);
  await expect(Payment.update(other, method.id, { isDefault: true }, now)).rejects.toMatchObject(missing);
  await expect(Payment.remove(other, method.id)).rejects.toMatchObject(missing);
  for (const id of [setupId, "seti_none", "pm_1", "../customers"])
    await expect(Payment.finish(other, id, now)).rejects.toMatchObject({ code: "payment_method.setup" });
  await expect(Payment.finish(await a.user(), setupId, now)).rejects.toMatchObject({ code: "payment_method.setup" });
  expect((await Payment.list(userId, {}, now)).items).toEqual([method]);
});

test("an expired card is said to be so from its month's end everywhere, and pays for nothing", async () => {
  const { userId, method } = await card("4242424242424242", undefined, "02/30");
  const at = (time: string) => new Date(`2030-03-01T${time}Z`);
  expect(await Payment.get(userId, method.id, at("11:59:59"))).toMatchObject({ expired: false });
  expect(await Payment.get(userId, method.id, at("12:00:00"))).toMatchObject({ expired: true });
  await expect(Payment.cardFor(userId, method.id, at("12:00:00"))).rejects.toMatchObject({
    code: "payment_method.expired",
  });
});

test("an account has at most ten cards, also when two are added at once", async () => {
  const { userId } = await card();
  for (let count = 1; count < 9; count++) await card(undefined, userId);
  const setups = await Promise.all([Payment.setup(userId), Payment.setup(userId)]);
  for (const { id } of setups) stripe.enterCard(id);
  const ends = await Promise.allSettled(setups.map(({ id }) => Payment.finish(userId, id, now)));
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(ends.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "payment_method.limit" } });
  await expect(Payment.setup(userId)).rejects.toMatchObject({ code: "payment_method.limit" });
  // The one that was not kept is not left with Stripe either.
  const { customer } = await Payment.cardFor(userId, (await Payment.list(userId, {}, now)).items[0]!.id, now);
  expect(Object.values(stripe.state.methods).filter((each) => each.customer === customer)).toHaveLength(10);
});

test("a removed card is removed at Stripe, and the newest of the others becomes the default", async () => {
  const { userId, method, card: first } = await card();
  const second = await card(undefined, userId);
  const third = await card(undefined, userId);
  await Payment.remove(userId, method.id);
  expect(stripe.state.methods[first.token]?.customer).toBeNull();
  const { items } = await Payment.list(userId, {}, now);
  expect(items.map(({ id, isDefault }) => [id, isDefault])).toEqual([
    [second.method.id, false],
    [third.method.id, true],
  ]);
  await Payment.remove(userId, second.method.id);
  expect((await Payment.list(userId, {}, now)).items).toMatchObject([{ id: third.method.id, isDefault: true }]);
});

/** A card that was removed here, while Stripe did not answer. */
async function removedAlone() {
  const { userId, method, card: held } = await card();
  const setup = Object.values(stripe.state.setups).find((each) => each.payment_method === held.token)!;
  stripe.next("cut");
  await Payment.remove(userId, method.id);
  expect((await Payment.list(userId, {}, now)).items).toEqual([]);
  expect(stripe.state.methods[held.token]?.customer).toBe(held.customer);
  return { userId, setupId: setup.id, token: held.token };
}

test("a card that Stripe did not hear of is gone here at once, stays gone, and is removed later", async () => {
  const { userId, setupId, token } = await removedAlone();
  const due = () => sql`update payment_removals set due_at = now() where subject = ${token}`;
  await due();
  stripe.next("lost");
  expect(await Payment.removeDue()).toEqual({ removed: 0, failed: 1 });
  expect(await Payment.removeDue()).toEqual({ removed: 0, failed: 0 });
  await due();
  expect(await Payment.removeDue()).toEqual({ removed: 1, failed: 0 });
  expect(stripe.state.methods[token]?.customer).toBeNull();
  await expect(Payment.finish(userId, setupId, now)).rejects.toMatchObject({ code: "payment_method.setup" });
});

test("a setup that is finished again after its card was removed brings nothing back, and removes it at Stripe", async () => {
  const { userId, setupId, token } = await removedAlone();
  stripe.next("cut");
  await expect(Payment.finish(userId, setupId, now)).rejects.toMatchObject({ code: "payment_method.stripe" });
  await expect(Payment.finish(userId, setupId, now)).rejects.toMatchObject({ code: "payment_method.setup" });
  expect((await Payment.list(userId, {}, now)).items).toEqual([]);
  expect(stripe.state.methods[token]?.customer).toBeNull();
});

test("an account has one customer at Stripe, also when its making was lost or Stripe has forgotten the key", async () => {
  const userId = await a.user();
  const customers = () => Object.values(stripe.state.customers).filter(({ metadata }) => metadata.account === userId);
  stripe.next("lost");
  await expect(Payment.setup(userId)).rejects.toMatchObject({ code: "payment_method.stripe" });
  await Promise.all([Payment.setup(userId), Payment.setup(userId)]);
  expect(customers()).toHaveLength(1);
  await sql`
    update payment_customers set customer = null, asked_at = now() - interval '2 days' where user_id = ${userId}`;
  stripe.state.kept = {};
  await Payment.setup(userId);
  expect(customers()).toHaveLength(1);
});

test("an account whose customer was deleted at Stripe begins anew, without the cards that went with it", async () => {
  const { userId, card: held } = await card();
  delete stripe.state.customers[held.customer];
  for (const method of Object.values(stripe.state.methods))
    if (method.customer === held.customer) method.customer = null;
  await Promise.all([Payment.setup(userId), Payment.setup(userId)]);
  expect((await Payment.list(userId, {}, now)).items).toEqual([]);
  const again = await card(undefined, userId);
  expect(again.card.customer).not.toBe(held.customer);
  expect(Object.values(stripe.state.customers).filter(({ metadata }) => metadata.account === userId)).toHaveLength(1);
});
