import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Payment from "../../src/payment.ts";
import * as Privacy from "../../src/privacy.ts";
import * as Session from "../../src/session.ts";
import { card } from "../support/card.ts";
import * as a from "../support/factory.ts";

const now = new Date();
const customersOf = (userId: string) =>
  Object.values(stripe.state.customers).filter(({ metadata }) => metadata.account === userId);

async function deleted(userId: string): Promise<void> {
  const { token } = await a.session(userId, now);
  await Privacy.removeAccount(userId, Session.lookup(token).sessionId, now);
}

test("the customer of a deleted account goes at Stripe with its cards, also when Stripe was away", async () => {
  const { userId, card: held } = await card();
  await deleted(userId);
  expect(await sql`select from payment_methods where payment_methods.token = ${held.token}`).toEqual([]);
  expect(customersOf(userId)).toHaveLength(1);
  stripe.next("cut");
  expect(await Payment.removeDue()).toEqual({ removed: 0, failed: 1 });
  await sql`update payment_removals set due_at = now() where payment_removals.subject = ${held.customer}`;
  // Removed, but the answer was lost: the next try finds nothing there.
  stripe.next("lost");
  expect(await Payment.removeDue()).toEqual({ removed: 0, failed: 1 });
  expect(customersOf(userId)).toEqual([]);
  await sql`update payment_removals set due_at = now() where payment_removals.subject = ${held.customer}`;
  expect(await Payment.removeDue()).toEqual({ removed: 1, failed: 0 });
  expect(await sql`select from payment_removals where payment_removals.subject = ${held.customer}`).toEqual([]);
});

test("a customer whose id was never learned is found by its account, ten minutes later", async () => {
  const userId = await a.user();
  stripe.next("lost");
  await expect(Payment.setup(userId)).rejects.toMatchObject({ code: "payment_method.stripe" });
  await deleted(userId);
  expect(await Payment.removeDue()).toEqual({ removed: 0, failed: 0 });
  await sql`update payment_removals set due_at = due_at - interval '10 minutes'`;
  expect(await Payment.removeDue()).toEqual({ removed: 1, failed: 0 });
  expect(customersOf(userId)).toEqual([]);
});

test("an account without cards leaves nothing to remove", async () => {
  await deleted(await a.user());
  expect(await sql`select from payment_removals`).toEqual([]);
});
