import { stripe } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { newId } from "../../src/base/id.ts";
import { fromStripe, toStripe } from "../../src/payment/amount.ts";
import * as Payment from "../../src/payment.ts";
import { card } from "../support/card.ts";

const day = 86_400;
const price = { total: 12_345, currency: "GBP", isReal: false };
const booking = () => newId("usr").replace("usr", "bok");
const at = (name: string, id: string, since = new Date()): Payment.Step => ({ booking: id, step: name, since });

/** The card's payment of a booking, authorized. */
async function authorized(number?: string) {
  const id = booking();
  const { card: token } = await card(number);
  const told = await Payment.authorize(at("authorize", id), token, price);
  if (told.status !== "done") throw new Error(`not authorized: ${JSON.stringify(told)}`);
  return { id, token, charge: told.value, intent: told.value.intent };
}
const intentsOf = (id: string) => Object.values(stripe.state.intents).filter(({ metadata }) => metadata.booking === id);

test("reserves the price on the card, takes it, and pays it back", async () => {
  const { id, charge, intent } = await authorized();
  expect(charge).toMatchObject({ state: "authorized", total: 12_345, currency: "GBP", captured: 0, booking: id });
  const days = ((charge.captureBefore?.getTime() ?? 0) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(7);
  expect(await Payment.capture(at("capture", id), intent)).toMatchObject({
    status: "done",
    value: { state: "captured", captured: 12_345 },
  });
  const part = await Payment.refund(at("refund", id), intent, { total: 2_345, currency: "GBP" });
  expect(part).toMatchObject({ status: "done", value: { state: "succeeded", total: 2_345, currency: "GBP" } });
  expect(await Payment.refund(at("refund-2", id), intent)).toMatchObject({ value: { total: 10_000 } });
  expect(await Payment.read(intent)).toMatchObject({
    value: {
      refunds: [
        { step: "refund-2", total: 10_000 },
        { step: "refund", total: 2_345 },
      ],
    },
  });
});

test.each([
  ["4000000000000341", "generic_decline"],
  ["4000008260003178", "action"],
])("card %s ends as %s, and nothing is reserved", async (number, end) => {
  const { card: token } = await card(number);
  const id = booking();
  const told = await Payment.authorize(at("authorize", id), token, price);
  expect(told).toMatchObject(end === "action" ? { status: "action" } : { status: "refused", code: end });
  expect(intentsOf(id).map(({ amount_capturable }) => amount_capturable)).toEqual([0]);
  expect(await Payment.authorize(at("authorize", id), token, price)).toEqual(told);
});

test("a payment that asks for 3-D Secure goes on after the person's answer, and is refused without it", async () => {
  const { card: token } = await card("4000002760003184");
  const [one, two, three] = [booking(), booking(), booking()];
  const asked = await Promise.all([one, two, three].map((id) => Payment.authorize(at("authorize", id), token, price)));
  const intents = asked.map((told) => {
    if (told.status !== "action") throw new Error(told.status);
    expect(told.clientSecret).toMatch(/^pi_\w+_secret_\w+$/);
    return told.intent;
  }) as [string, string, string];
  expect(await Payment.challenge("pi_1_secret_2")).toMatchObject({
    page: `${stripe.url}/pay/challenge?client_secret=pi_1_secret_2`,
  });
  stripe.answerChallenge(intents[0], true);
  stripe.answerChallenge(intents[1], false);
  expect(await Payment.read(intents[0])).toMatchObject({ value: { state: "authorized" } });
  expect(await Payment.read(intents[1])).toMatchObject({
    value: { state: "declined", code: "payment_intent_authentication_failure" },
  });
  expect(await Payment.read(intents[2])).toMatchObject({ value: { state: "action" } });
  expect(await Payment.release(at("release", three), intents[2])).toMatchObject({ value: { state: "released" } });
  expect(await Payment.capture(at("capture", three), intents[2])).toEqual({ status: "refused", code: "released" });
});

test("50 identical calls at once, and a call whose answer was lost, reserve and take once", async () => {
  const { card: token } = await card();
  const id = booking();
  stripe.next("lost");
  const step = at("authorize", id);
  const first = await Payment.authorize(step, token, price);
  expect(first).toEqual({ status: "unknown" });
  const ends = await Promise.all(Array.from({ length: 50 }, () => Payment.authorize(step, token, price)));
  expect(new Set(ends.map((told) => told.status === "done" && told.value.intent)).size).toBe(1);
  expect(intentsOf(id)).toHaveLength(1);
  const { intent } = (ends[0] as { value: Payment.Charge }).value;
  stripe.next("lost");
  // What the lost call did is read at once.
  expect(await Payment.capture(at("capture", id), intent)).toMatchObject({ value: { captured: 12_345 } });
  stripe.next("lost");
  expect(await Payment.refund(at("refund", id), intent)).toMatchObject({ value: { total: 12_345 } });
  expect(await Payment.refund(at("refund", id), intent)).toMatchObject({ value: { total: 12_345 } });
  expect(Object.values(stripe.state.refunds).filter((each) => each.payment_intent === intent)).toHaveLength(1);
});

test("after a day, when Stripe has forgotten the keys, a step finds what it made before", async () => {
  const { id, token, intent } = await authorized();
  await Payment.capture(at("capture", id), intent);
  await Payment.refund(at("refund", id), intent, { total: 100, currency: "GBP" });
  const since = new Date(Date.now() - 25 * 3_600_000);
  stripe.state.kept = {};
  expect(await Payment.authorize(at("authorize", id, since), token, price)).toMatchObject({ value: { intent } });
  expect(await Payment.capture(at("capture", id, since), intent)).toMatchObject({ value: { state: "captured" } });
  expect(await Payment.refund(at("refund", id, since), intent, { total: 100, currency: "GBP" })).toMatchObject({
    status: "done",
  });
  expect(intentsOf(id)).toHaveLength(1);
  expect(Object.values(stripe.state.refunds).filter((each) => each.payment_intent === intent)).toHaveLength(1);
  expect(await Payment.find(at("authorize", id, since), token)).toMatchObject({ value: { intent } });
  expect(await Payment.find(at("authorize-2", id, since), token)).toEqual({ status: "done", value: null });
});

test("an authorization that lapsed is not taken, and one that was taken is not released", async () => {
  const { id, token, intent } = await authorized();
  const other = await authorized();
  await Payment.capture(at("capture", other.id), other.intent);
  expect(await Payment.release(at("release", other.id), other.intent)).toEqual({ status: "refused", code: "captured" });
  stripe.pass(7 * day + 1);
  expect(await Payment.capture(at("capture", id), intent)).toEqual({ status: "refused", code: "released" });
  expect(await Payment.release(at("release", id), intent)).toMatchObject({ value: { state: "released" } });
  stripe.pass(-7 * day - 1);
  const late = new Date(Date.now() - 25 * 3_600_000);
  expect(await Payment.authorize(at("authorize", id, late), token, price)).toEqual({
    status: "refused",
    code: "released",
  });
});

test("a refund that settles late is pending, and one that fails is said to have failed", async () => {
  const [pending, failing] = [await authorized("4000000000007726"), await authorized("4000000000005126")];
  for (const { id, intent } of [pending, failing]) await Payment.capture(at("capture", id), intent);
  const told = await Promise.all([pending, failing].map(({ id, intent }) => Payment.refund(at("refund", id), intent)));
  expect(told).toMatchObject([{ value: { state: "pending" } }, { value: { state: "succeeded" } }]);
  stripe.pass(61);
  expect(await Payment.read(pending.intent)).toMatchObject({ value: { refunds: [{ state: "succeeded" }] } });
  expect(await Payment.read(failing.intent)).toMatchObject({
    value: { refunds: [{ state: "failed", code: "lost_or_stolen_card" }] },
  });
  // The money is with us again: another step pays it back.
  expect(await Payment.refund(at("refund-2", failing.id), failing.intent)).toMatchObject({ value: { total: 12_345 } });
});

test("a fault of Stripe's is no refusal: done or not is found out", async () => {
  const { card: token } = await card();
  for (const trouble of ["cut", { status: 500 }, { status: 429 }, { status: 401 }] as const) {
    const step = at("authorize", booking());
    stripe.next(trouble);
    expect(await Payment.authorize(step, token, price)).toEqual({ status: "unknown" });
    expect(await Payment.authorize(step, token, price)).toMatchObject({ status: "done" });
  }
  // Stripe keeps its own faults under the key too: the payment itself tells.
  const id = booking();
  const step = at("authorize", id);
  await Payment.authorize(step, token, price);
  stripe.state.kept[`${id}:authorize`] = {
    ...stripe.state.kept[`${id}:authorize`]!,
    status: 500,
    body: { error: { type: "api_error", message: "Something went wrong." } },
  };
  expect(await Payment.authorize(step, token, price)).toMatchObject({ value: { state: "authorized" } });
  // The same key for another price reserves nothing more.
  const other = await Payment.authorize(step, token, { ...price, total: 99_999 });
  expect(other).toMatchObject({ value: { total: 12_345 } });
  expect(intentsOf(id)).toHaveLength(1);
});

test("a real flight is not paid in test mode, and what Stripe cannot charge exactly is not asked for", async () => {
  const { card: token } = await card();
  const before = stripe.seen.length;
  const ask = (over: object) => Payment.authorize(at("authorize", booking()), token, { ...price, ...over });
  expect(await ask({ isReal: true })).toEqual({ status: "refused", code: "mode" });
  expect(await ask({ currency: "KWD", total: 1_234 })).toEqual({ status: "refused", code: "amount" });
  expect(stripe.seen).toHaveLength(before);
  expect(Payment.isLive()).toBe(false);
});

test.each([
  ["GBP", 12_345, 12_345],
  ["JPY", 12_345, 12_345],
  ["ISK", 12_345, 1_234_500],
  ["UGX", 7, 700],
  ["KWD", 12_340, 12_340],
  ["KWD", 12_345, undefined],
  ["MGA", 12_300, 123],
  ["MGA", 12_345, undefined],
  ["LYD", 1_000, undefined],
  ["GBP", 100_000_000, undefined],
])("%s %d is charged as Stripe counts it", async (currency, total, amount) => {
  expect(toStripe(total, currency)).toBe(amount);
  if (amount === undefined) return;
  expect(fromStripe(amount, currency)).toBe(total);
  const { card: token } = await card();
  const told = await Payment.authorize(at("authorize", booking()), token, { total, currency, isReal: false });
  expect(told).toMatchObject({ value: { total, currency } });
});
