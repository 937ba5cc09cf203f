import type Stripe from "stripe";
import { productNow } from "../base/time.ts";
import { fromStripe, toStripe } from "./amount.ts";
import { isLive } from "./mode.ts";
import { ask, type Done, type Outcome, stripe, timeouts } from "./stripe.ts";

/** A card at Stripe, as `cardFor` gives it. Bookings keep it, so that a repeated call asks for the very same. */
export type Card = { customer: string; token: string };

/** Minor units of a currency (ISO 4217). */
type Price = { total: number; currency: string };

/**
 * What a step is known by: the booking, the name of the step (another for each new try, such as `authorize` and
 * `authorize-2`), and when it was first written. Stripe's key is `booking:step`; after a day Stripe has forgotten it,
 * and what the step made is looked for first.
 */
export type Step = { booking: string; step: string; since: Date };

/**
 * A payment as Stripe has it. `action`: it waits for 3-D Secure. `declined`: it may not be charged any more, for `code`.
 * `captureBefore` (UTC): the end of an authorization; `captured`: minor units.
 */
export type Charge = Price & {
  intent: string;
  booking: string | null;
  state: "action" | "authorized" | "captured" | "released" | "declined";
  code: string | null;
  captured: number;
  captureBefore: Date | null;
  refunds: Refund[];
};

/** A refund; `failed`, with its `code`, leaves the money with us. */
export type Refund = Price & {
  id: string;
  step: string | null;
  state: "pending" | "succeeded" | "failed";
  code: string | null;
};

/** Stripe keeps keys for at least 24 hours. */
const keyMs = 23 * 3_600_000;
const wide = { expand: ["latest_charge.refunds"] };

/**
 * Reserves the price on the card. `isReal` tells whether the offer is of a flight that is flown; where the key is of the
 * other kind, nothing is asked (`mode`). An amount that Stripe cannot charge exactly is refused too (`amount`).
 * Repeating it with the same step never reserves twice. Never throws.
 */
export async function authorize(
  step: Step,
  card: Card,
  price: Price & { isReal: boolean; description?: string },
): Promise<Outcome<Charge>> {
  const amount = toStripe(price.total, price.currency);
  if (stripe() && price.isReal !== isLive()) return { status: "refused", code: "mode" };
  if (amount === undefined) return { status: "refused", code: "amount" };
  const params: Stripe.PaymentIntentCreateParams = {
    amount,
    currency: price.currency.toLowerCase(),
    customer: card.customer,
    payment_method: card.token,
    allowed_payment_method_types: ["card"],
    capture_method: "manual",
    confirm: true,
    ...(price.description && { description: price.description }),
    metadata: { booking: step.booking, step: step.step },
    ...wide,
  };
  const find = (client: Stripe) => findIntent(client, step, card);
  const told = await ask(
    "authorize",
    async (client) => (isForgotten(step) && (await find(client))) || client.paymentIntents.create(params, keyOf(step)),
    // A decline leaves its payment. A fault of Stripe's own is kept under the key, so that repeating tells nothing new.
    async (client, error) =>
      error?.payment_intent ?? (Number(error?.statusCode) >= 500 || isMismatch(error) ? find(client) : undefined),
  );
  return told.status === "done" ? outcomeOf(told.value) : told;
}

/** Takes the whole of an authorized payment. One whose time is over is refused (`released`). Never throws. */
export async function capture(step: Step, intent: string): Promise<Done<Charge>> {
  return bring("captured", intent, (client) => client.paymentIntents.capture(intent, wide, keyOf(step)));
}

/**
 * Gives an authorization back, and ends a payment that waits for 3-D Secure. One that was captured is refused
 * (`captured`). Never throws.
 */
export async function release(step: Step, intent: string): Promise<Done<Charge>> {
  return bring("released", intent, (client) => client.paymentIntents.cancel(intent, wide, keyOf(step)));
}

/** Runs a call that ends a payment. Where it fails, the payment itself tells whether it was done before. */
async function bring(
  wanted: "captured" | "released",
  intent: string,
  call: (client: Stripe) => Promise<Stripe.PaymentIntent>,
): Promise<Done<Charge>> {
  const told = await ask(wanted, call);
  if (told.status === "done") return { status: "done", value: toCharge(told.value) };
  const now = await read(intent);
  if (now.status !== "done") return told;
  const { state } = now.value;
  if (state === wanted) return now;
  return state === "captured" || state === "released" ? { status: "refused", code: state } : told;
}

/**
 * Pays money back: all that is left without `price`. What becomes of it `read` tells, by the refund's `step`. Never
 * throws.
 */
export async function refund(step: Step, intent: string, price?: Price): Promise<Done<Refund>> {
  const amount = price && toStripe(price.total, price.currency);
  if (price && amount === undefined) return { status: "refused", code: "amount" };
  const metadata = { booking: step.booking, step: step.step };
  const find = (client: Stripe) => findRefund(client, step, intent);
  const told = await ask(
    "refund",
    async (client) =>
      (isForgotten(step) && (await find(client))) ||
      client.refunds.create({ payment_intent: intent, ...(amount && { amount }), metadata }, keyOf(step)),
    find,
  );
  return told.status === "done" ? { status: "done", value: toRefund(told.value) } : told;
}

/** Reads a payment by its id. Never throws. */
export async function read(intent: string): Promise<Done<Charge>> {
  const told = await ask("read", (client) =>
    client.paymentIntents.retrieve(intent, wide, { timeout: timeouts.read, maxNetworkRetries: 1 }),
  );
  return told.status === "done" ? { status: "done", value: toCharge(told.value) } : told;
}

/**
 * Finds the payment of a step whose outcome stayed unknown: null where there is none. A request that was lost on its
 * way may still arrive, so this is for steps that are over. Never throws.
 */
export async function find(step: Step, card: Card): Promise<Done<Charge | null>> {
  const told = await ask("find", async (client) => (await findIntent(client, step, card)) ?? null);
  if (told.status !== "done") return told;
  return { status: "done", value: told.value && toCharge(told.value) };
}

const isMismatch = (error: Stripe.errors.StripeError | undefined) => error?.rawType === "idempotency_error";
const keyOf = ({ booking, step }: Step) => ({ idempotencyKey: `${booking}:${step}` });
const isForgotten = ({ since }: Step) => productNow().getTime() - since.getTime() > keyMs;

/** The payments of a customer since then are few: all of them are read. */
async function findIntent(client: Stripe, { booking, step, since }: Step, { customer }: Card) {
  // Two machines' clocks may differ.
  const gte = Math.floor(since.getTime() / 1000) - 300;
  const asked = { customer, created: { gte }, limit: 100, expand: ["data.latest_charge.refunds"] };
  for await (const intent of client.paymentIntents.list(asked, { timeout: timeouts.read }))
    if (intent.metadata.booking === booking && intent.metadata.step === step) return intent;
  return undefined;
}

async function findRefund(client: Stripe, { booking, step }: Step, intent: string) {
  const asked = { payment_intent: intent, limit: 100 };
  for await (const each of client.refunds.list(asked, { timeout: timeouts.read }))
    if (each.metadata?.booking === booking && each.metadata.step === step) return each;
  return undefined;
}

function outcomeOf(intent: Stripe.PaymentIntent): Outcome<Charge> {
  const charge = toCharge(intent);
  if (charge.state === "action" && intent.client_secret)
    return { status: "action", intent: intent.id, clientSecret: intent.client_secret };
  // Without a fault it was found while the bank is still being asked.
  if (charge.state === "declined")
    return charge.code ? { status: "refused", code: charge.code } : { status: "unknown" };
  if (charge.state === "released") return { status: "refused", code: "released" };
  return { status: "done", value: charge };
}

function toCharge(intent: Stripe.PaymentIntent): Charge {
  const currency = intent.currency.toUpperCase();
  const charge = typeof intent.latest_charge === "object" ? intent.latest_charge : null;
  const until = charge?.payment_method_details?.card?.capture_before;
  const fault = intent.last_payment_error;
  return {
    intent: intent.id,
    booking: intent.metadata.booking ?? null,
    state: stateOf(intent.status),
    code: fault?.decline_code ?? fault?.code ?? null,
    total: fromStripe(intent.amount, currency),
    currency,
    captured: fromStripe(intent.amount_received, currency),
    captureBefore: until ? new Date(until * 1000) : null,
    refunds: (charge?.refunds?.data ?? []).map(toRefund),
  };
}

/** `processing` and `requires_confirmation` do not occur: cards are confirmed as they are created. */
function stateOf(status: Stripe.PaymentIntent.Status): Charge["state"] {
  if (status === "requires_capture") return "authorized";
  if (status === "succeeded") return "captured";
  if (status === "canceled") return "released";
  return status === "requires_payment_method" ? "declined" : "action";
}

function toRefund(told: Stripe.Refund): Refund {
  const currency = told.currency.toUpperCase();
  return {
    id: told.id,
    step: told.metadata?.step ?? null,
    total: fromStripe(told.amount, currency),
    currency,
    state: told.status === "succeeded" ? "succeeded" : told.status === "pending" ? "pending" : "failed",
    code: told.failure_reason ?? null,
  };
}
