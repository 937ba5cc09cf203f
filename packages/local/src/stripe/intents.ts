import * as v from "valibot";
import { declined, invalid, missing, parse } from "./answer.ts";
import { cards, type Decline } from "./cards.ts";
import type { Setups } from "./setups.ts";
import { Expand } from "./setups.ts";
import { listed, showIntent, showRefund } from "./show.ts";
import { type Charge, type Intent, type Method, newId, type Refund, type Shop } from "./state.ts";

const day = 86_400;
/** An authorization of a card lasts seven days. */
const captureWithin = 7 * day;
/** How long a refund of a card that settles late is pending. */
const refundAfter = 60;

const Amount = v.pipe(v.string(), v.regex(/^[1-9]\d{0,7}$/), v.transform(Number));
const Metadata = v.optional(v.record(v.string(), v.pipe(v.string(), v.maxLength(500))), {});
const Limit = v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(100)), "10");

const Create = v.strictObject({
  amount: Amount,
  currency: v.pipe(v.string(), v.regex(/^[a-z]{3}$/i), v.toLowerCase()),
  customer: v.optional(v.string()),
  payment_method: v.optional(v.string()),
  allowed_payment_method_types: v.optional(v.array(v.literal("card"))),
  capture_method: v.optional(v.picklist(["automatic", "manual"]), "automatic"),
  confirm: v.optional(v.picklist(["true", "false"]), "false"),
  off_session: v.optional(v.picklist(["true", "false"]), "false"),
  description: v.optional(v.pipe(v.string(), v.maxLength(1000))),
  metadata: Metadata,
  expand: Expand,
});

/** Currencies whose amounts Stripe wants in whole units of a coarser step, and the step. */
const steps: Record<string, number> = { isk: 100, ugx: 100, bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10 };

/** Payments and refunds. */
export function createIntents({ state, now, emit }: Shop, { findCustomer, findMethod }: Setups) {
  const find = (id: string, param = "intent") => {
    const found = state.intents[id];
    if (!found) throw missing("payment_intent", id, param);
    return found;
  };

  function create(given: unknown) {
    const input = parse(Create, given);
    const { amount, currency, customer = null, payment_method: methodId, metadata } = input;
    if (amount % (steps[currency] ?? 1) !== 0)
      throw invalid("invalid_charge_amount", "Invalid amount for this currency.", "amount");
    if (customer !== null) findCustomer(customer, "customer");
    const method = methodId === undefined ? undefined : findMethod(methodId, "payment_method");
    if (method && method.customer !== customer)
      throw invalid("payment_method_customer_mismatch", "It does not belong to the Customer.", "payment_method");
    if (input.confirm === "true" && !method)
      throw invalid("payment_intent_unexpected_state", "A payment method is missing.", "payment_method");
    const id = newId("pi");
    const intent: Intent = {
      id,
      created: now(),
      amount,
      amount_capturable: 0,
      amount_received: 0,
      currency,
      customer,
      payment_method: methodId ?? null,
      capture_method: input.capture_method,
      status: "requires_payment_method",
      cancellation_reason: null,
      client_secret: `${id}_secret_${newId("k").slice(2)}`,
      latest_charge: null,
      last_payment_error: null,
      description: input.description ?? null,
      metadata,
    };
    state.intents[id] = intent;
    emit("payment_intent.created", showIntent(state, intent));
    if (input.confirm === "true" && method) confirm(intent, method, input.off_session === "true");
    return showIntent(state, intent, input.expand);
  }

  function confirm(intent: Intent, method: Method, isOffSession: boolean): void {
    const behaviour = cards[method.number];
    if (behaviour?.asks === "always") {
      if (isOffSession) throw decline(intent, ["authentication_required", "authentication_required"]);
      intent.status = "requires_action";
      emit("payment_intent.requires_action", showIntent(state, intent));
      return;
    }
    if (behaviour?.charge) throw decline(intent, behaviour.charge);
    authorize(intent);
  }

  function authorize(intent: Intent): void {
    const charge: Charge = {
      id: newId("ch"),
      created: now(),
      amount: intent.amount,
      amount_captured: 0,
      amount_refunded: 0,
      currency: intent.currency,
      payment_intent: intent.id,
      captured: false,
      captureBefore: now() + captureWithin,
    };
    state.charges[charge.id] = charge;
    intent.latest_charge = charge.id;
    intent.last_payment_error = null;
    if (intent.capture_method === "automatic") {
      take(intent, charge, intent.amount);
      return;
    }
    intent.status = "requires_capture";
    intent.amount_capturable = intent.amount;
    emit("payment_intent.amount_capturable_updated", showIntent(state, intent));
  }

  function take(intent: Intent, charge: Charge, amount: number): void {
    charge.captured = true;
    charge.amount_captured = amount;
    intent.status = "succeeded";
    intent.amount_received = amount;
    intent.amount_capturable = 0;
    emit("payment_intent.succeeded", showIntent(state, intent));
  }

  function decline(intent: Intent, [code, declineCode]: Decline) {
    intent.status = "requires_payment_method";
    intent.payment_method = null;
    const fault = { type: "card_error", code, message: "Your card was declined." };
    intent.last_payment_error = { ...fault, ...(declineCode && { decline_code: declineCode }) };
    emit("payment_intent.payment_failed", showIntent(state, intent));
    return declined(code, declineCode, { payment_intent: showIntent(state, intent) });
  }

  function unexpected(intent: Intent) {
    const message = `This PaymentIntent's status is ${intent.status}.`;
    const more = { payment_intent: showIntent(state, intent) };
    return invalid("payment_intent_unexpected_state", message, undefined, more, true);
  }

  function capture(id: string, given: unknown) {
    const shape = v.strictObject({ amount_to_capture: v.optional(Amount), expand: Expand });
    const { amount_to_capture, expand } = parse(shape, given);
    const intent = find(id);
    const charge = state.charges[intent.latest_charge ?? ""];
    if (intent.status !== "requires_capture" || !charge) throw unexpected(intent);
    const amount = amount_to_capture ?? intent.amount_capturable;
    if (amount > intent.amount_capturable)
      throw invalid("amount_too_large", "More than is capturable.", "amount_to_capture");
    take(intent, charge, amount);
    return showIntent(state, intent, expand);
  }

  function cancel(id: string, given: unknown) {
    const reasons = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];
    const shape = v.strictObject({ cancellation_reason: v.optional(v.picklist(reasons)), expand: Expand });
    const { cancellation_reason, expand } = parse(shape, given);
    const intent = find(id);
    if (intent.status === "succeeded" || intent.status === "canceled") throw unexpected(intent);
    end(intent, cancellation_reason ?? null);
    return showIntent(state, intent, expand);
  }

  function end(intent: Intent, reason: string | null): void {
    intent.status = "canceled";
    intent.cancellation_reason = reason;
    intent.amount_capturable = 0;
    emit("payment_intent.canceled", showIntent(state, intent));
  }

  function get(id: string, given: unknown) {
    return showIntent(state, find(id), parse(v.strictObject({ expand: Expand }), given).expand);
  }

  function list(given: unknown) {
    const since = v.optional(v.strictObject({ gte: v.optional(v.pipe(v.string(), v.transform(Number))) }));
    const after = v.optional(v.string());
    const shape = v.strictObject({
      customer: v.optional(v.string()),
      created: since,
      limit: Limit,
      starting_after: after,
      expand: Expand,
    });
    const { customer, created, limit, starting_after, expand } = parse(shape, given);
    const all = Object.values(state.intents)
      .filter((intent) => customer === undefined || intent.customer === customer)
      .filter((intent) => intent.created >= (created?.gte ?? 0))
      .reverse();
    const inner = expand.map((field) => field.replace(/^data\./, ""));
    return listed(
      all.map((intent) => showIntent(state, intent, inner)),
      "/v1/payment_intents",
      limit,
      starting_after,
    );
  }

  /** What a bank's page does: the person proved themselves, or failed to. */
  function answerIntent(id: string, passed: boolean) {
    const intent = find(id);
    if (intent.status !== "requires_action") throw unexpected(intent);
    const behaviour = cards[findMethod(intent.payment_method ?? "").number];
    if (!passed) decline(intent, ["payment_intent_authentication_failure"]);
    else if (behaviour?.charge) decline(intent, behaviour.charge);
    else authorize(intent);
    return showIntent(state, intent);
  }

  function createRefund(given: unknown) {
    const shape = v.strictObject({ payment_intent: v.string(), amount: v.optional(Amount), metadata: Metadata });
    const { payment_intent, amount, metadata } = parse(shape, given);
    const intent = find(payment_intent, "payment_intent");
    const charge = state.charges[intent.latest_charge ?? ""];
    if (intent.status !== "succeeded" || !charge)
      throw invalid(
        "charge_not_captured",
        "This PaymentIntent has no successful charge to refund.",
        "payment_intent",
        {},
        true,
      );
    const left = charge.amount_captured - charge.amount_refunded;
    if (left === 0)
      throw invalid("charge_already_refunded", "The charge has already been refunded.", undefined, {}, true);
    const wanted = amount ?? left;
    if (wanted > left)
      throw invalid("amount_too_large", "Refund amount is greater than what is left.", "amount", {}, true);
    const late = cards[state.methods[intent.payment_method ?? ""]?.number ?? ""]?.refund;
    const refund: Refund = {
      id: newId("re"),
      created: now(),
      amount: wanted,
      currency: intent.currency,
      charge: charge.id,
      payment_intent,
      status: late === "pending" ? "pending" : "succeeded",
      failure_reason: null,
      metadata,
      changesAt: late ? now() + refundAfter : null,
    };
    state.refunds[refund.id] = refund;
    charge.amount_refunded += wanted;
    emit("refund.created", showRefund(refund));
    return showRefund(refund);
  }

  function getRefund(id: string) {
    const refund = state.refunds[id];
    if (!refund) throw missing("refund", id);
    return showRefund(refund);
  }

  function listRefunds(given: unknown) {
    const shape = v.strictObject({ payment_intent: v.string(), limit: Limit, starting_after: v.optional(v.string()) });
    const { payment_intent, limit, starting_after } = parse(shape, given);
    const own = Object.values(state.refunds).filter((refund) => refund.payment_intent === payment_intent);
    return listed(own.reverse().map(showRefund), "/v1/refunds", limit, starting_after);
  }

  /** Does what has come due: authorizations lapse, and refunds that settle late do so. */
  function tick(): void {
    for (const intent of Object.values(state.intents)) {
      const charge = state.charges[intent.latest_charge ?? ""];
      if (intent.status === "requires_capture" && charge && charge.captureBefore <= now()) end(intent, "automatic");
    }
    for (const refund of Object.values(state.refunds)) {
      if (refund.changesAt === null || refund.changesAt > now()) continue;
      refund.changesAt = null;
      const charge = state.charges[refund.charge];
      refund.status = refund.status === "pending" ? "succeeded" : "failed";
      if (refund.status === "failed" && charge) {
        refund.failure_reason = "lost_or_stolen_card";
        charge.amount_refunded -= refund.amount;
      }
      emit(refund.status === "failed" ? "refund.failed" : "refund.updated", showRefund(refund));
    }
  }

  return { find, create, capture, cancel, get, list, answerIntent, createRefund, getRefund, listRefunds, tick };
}
export type Intents = ReturnType<typeof createIntents>;
