import { stripe } from "@travel-conductor/local/testing";
import * as Payment from "../../src/payment.ts";
import * as a from "./factory.ts";

const now = new Date();

/** Adds a card as a browser does: `number` is one of the test cards, by default one that works. */
export async function card(number = "4242424242424242", userId?: string, expiry = "12/34") {
  const owner = userId ?? (await a.user());
  const { id } = await Payment.setup(owner);
  stripe.enterCard(id, { number, expiry, cvc: "123" });
  const { state } = stripe;
  if (state.setups[id]?.status === "requires_action") stripe.answerChallenge(id, true);
  const method = await Payment.finish(owner, id, now);
  return { userId: owner, method, card: await Payment.cardFor(owner, method.id, now) };
}
