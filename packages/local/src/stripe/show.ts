import type { Charge, Customer, Intent, Method, Refund, Setup, State } from "./state.ts";

/** Objects as Stripe sends them. `expand` names fields whose objects stand in place of their ids. */
export function showCustomer({ id, created, metadata }: Customer) {
  return { id, object: "customer", created, livemode: false, metadata };
}

export function showMethod({ id, customer, created, number, brand, expMonth, expYear }: Method) {
  return {
    id,
    object: "payment_method",
    created,
    customer,
    livemode: false,
    type: "card",
    card: { brand, last4: number.slice(-4), exp_month: expMonth, exp_year: expYear, funding: "credit" },
    metadata: {},
  };
}

export function showSetup(state: State, setup: Setup, expand: string[] = []) {
  const method = setup.payment_method === null ? undefined : state.methods[setup.payment_method];
  return {
    object: "setup_intent",
    livemode: false,
    payment_method_types: ["card"],
    ...setup,
    next_action: nextAction(setup.status),
    ...(method && expand.includes("payment_method") && { payment_method: showMethod(method) }),
  };
}

export function showIntent(state: State, intent: Intent, expand: string[] = []) {
  const charge = intent.latest_charge === null ? undefined : state.charges[intent.latest_charge];
  const isWide = expand.some((field) => field === "latest_charge" || field.startsWith("latest_charge."));
  return {
    object: "payment_intent",
    livemode: false,
    payment_method_types: ["card"],
    ...intent,
    next_action: nextAction(intent.status),
    ...(charge && isWide && { latest_charge: showCharge(state, charge, expand.includes("latest_charge.refunds")) }),
  };
}

export function showCharge(state: State, { captureBefore, ...charge }: Charge, hasRefunds = false) {
  const refunds = Object.values(state.refunds).filter((refund) => refund.charge === charge.id);
  return {
    object: "charge",
    livemode: false,
    ...charge,
    refunded: charge.amount_refunded > 0 && charge.amount_refunded === charge.amount_captured,
    payment_method_details: { type: "card", card: { capture_before: captureBefore } },
    ...(hasRefunds && { refunds: listed(refunds.reverse().map(showRefund), "/v1/refunds") }),
  };
}

export function showRefund({ changesAt: _changesAt, ...refund }: Refund) {
  return { object: "refund", reason: null, ...refund };
}

/** A list, newest first. */
export function listed(all: object[], url: string, limit = 10, after?: string) {
  const start = after === undefined ? 0 : all.findIndex((each) => (each as { id?: string }).id === after) + 1;
  const data = all.slice(start, start + limit);
  return { object: "list", url, has_more: all.length > start + limit, data };
}

function nextAction(status: string) {
  return status === "requires_action"
    ? { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect" } }
    : null;
}
