import type * as v from "valibot";
import { type Answer, created, refusal } from "./answer.ts";
import { type DuffelOffer, newId } from "./offers.ts";
import type * as Shape from "./schema.ts";

/** An offer on sale, and its state. */
export type Offered = { offer: DuffelOffer; request: string; withdrawn: boolean; attempted: boolean };

/**
 * What becomes of an order that is created: it is told whole (201), with data to follow (200), or only accepted (202),
 * and then made at once, made when `makeAccepted` is called (`later`), or not at all (`never`).
 */
export type Delivery = 200 | 201 | 202 | "later" | "never";

export type Order = ReturnType<typeof bought>;
type Cancellation = { id: string; order_id: string; refund_amount: string; confirmed_at: string | null };

/** Turns offers into orders. `orders` are newest first; `delivers` is the status of a successful creation. */
export function createOrders(offers: Map<string, Offered>) {
  const orders: Order[] = [];
  const cancellations = new Map<string, Cancellation>();
  const state = { delivers: 201 as Delivery, balance: Number.POSITIVE_INFINITY, ahead: 0 };
  const now = () => new Date(Date.now() + state.ahead);
  const accepted: Order[] = [];
  /** The answers of which an offer was ordered: no other offer of theirs is sold. */
  const ordered = new Set<string>();
  const find = (id: string) => {
    const found = orders.find((order) => order.id === id);
    return found && lapse(found);
  };

  function create({ type, selected_offers, passengers, payments, metadata }: Shape.Order): Answer {
    const sold = offers.get(selected_offers[0] ?? "");
    if (!sold) return refusal(404, "not_found");
    const { offer } = sold;
    if (sold.attempted) return refusal(422, "order_creation_already_attempted");
    if (ordered.has(sold.request)) return refusal(422, "offer_request_already_booked");
    if (Date.parse(offer.expires_at) <= now().getTime()) return refusal(422, "offer_expired");
    if (sold.withdrawn) return refusal(422, "offer_no_longer_available");
    const ids = passengers.map(({ id }) => id).sort();
    if (
      ids.join() !==
      offer.passengers
        .map(({ id }) => id)
        .sort()
        .join()
    )
      return refusal(422, "invalid_passenger_id");
    if (offer.passenger_identity_documents_required && passengers.some((one) => !one.identity_documents))
      return refusal(422, "passenger_identity_documents_required");
    const laps = new Set(passengers.flatMap((one) => one.infant_passenger_id ?? []));
    const infants = offer.passengers.filter((one) => "age" in one && one.age !== undefined && one.age < 2);
    if (laps.size !== infants.length || infants.some(({ id }) => !laps.has(id)))
      return refusal(422, "invalid_infant_passenger_id");
    if (type === "hold" && offer.payment_requirements.requires_instant_payment)
      return refusal(422, "order_type_not_eligible_for_hold");
    if (type === "hold" && payments) return refusal(422, "payments_not_allowed");
    if (type === "instant" && !pays(payments?.[0], offer))
      return refusal(422, "payment_amount_does_not_match_order_amount");
    if (type === "instant" && Number(offer.total_amount) > state.balance) return refusal(422, "insufficient_balance");
    sold.attempted = true;
    ordered.add(sold.request);
    const order = bought(offer, metadata, type === "instant", now().toISOString());
    if (type === "instant") state.balance -= Number(offer.total_amount);
    if (state.delivers === "later" || state.delivers === "never") {
      if (state.delivers === "later") accepted.push(order);
      return created(202, { offer_id: offer.id });
    }
    orders.unshift(order);
    return state.delivers === 202 ? created(202, { offer_id: offer.id }) : created(state.delivers, order);
  }

  /** Makes the orders that were only accepted. */
  const makeAccepted = () => orders.unshift(...accepted.splice(0).reverse());

  /** The airline cancels a hold that was not paid in time. */
  function lapse(order: Order): Order {
    const { awaiting_payment, payment_required_by: by } = order.payment_status;
    if (awaiting_payment && order.cancelled_at === null && by !== null && Date.parse(by) <= now().getTime()) {
      order.cancelled_at = by;
      order.available_actions = [];
    }
    return order;
  }

  function pay({ order_id, payment }: v.InferOutput<typeof Shape.Pay>): Answer {
    const order = find(order_id);
    if (!order) return refusal(404, "not_found");
    if (order.cancelled_at !== null) return refusal(422, "order_cancelled");
    if (!order.payment_status.awaiting_payment) return refusal(422, "already_paid");
    if (!pays(payment, order)) return refusal(422, "payment_amount_does_not_match_order_amount");
    order.payment_status = { ...unpaid, awaiting_payment: false, paid_at: now().toISOString() };
    const sold = offers.get(order.offer_id);
    if (sold && isChangeable(sold.offer)) order.available_actions.push("change");
    return created(201, { id: newId("pay"), ...payment, status: "succeeded" });
  }

  function cancel({ order_id }: v.InferOutput<typeof Shape.Cancel>): Answer {
    const order = find(order_id);
    if (!order) return refusal(404, "not_found");
    if (order.cancelled_at !== null) return refusal(422, "already_cancelled");
    const refund_amount = order.payment_status.awaiting_payment ? "0.00" : order.total_amount;
    const asked = { id: newId("ore"), order_id, refund_amount, confirmed_at: null };
    cancellations.set(asked.id, asked);
    return created(201, told(asked, order));
  }

  function confirm(id: string): Answer {
    const asked = cancellations.get(id);
    const order = asked && find(asked.order_id);
    if (!asked || !order) return refusal(404, "not_found");
    if (order.cancelled_at !== null) return refusal(422, "already_cancelled");
    order.cancelled_at = asked.confirmed_at = now().toISOString();
    order.available_actions = [];
    return created(200, told(asked, order));
  }

  function list(query: URLSearchParams): Answer {
    const limit = Number(query.get("limit") ?? 50);
    if (!Number.isInteger(limit) || limit < 1 || limit > 200) return refusal(422, "invalid_limit");
    const start = query.has("after") ? orders.findIndex(({ id }) => id === query.get("after")) + 1 : 0;
    const part = orders.slice(start, start + limit);
    const after = orders.length > start + limit ? part.at(-1)?.id : null;
    return { status: 200, body: { data: part, meta: { limit, before: null, after } } };
  }

  return { orders, state, now, find, create, makeAccepted, pay, cancel, confirm, list };
}

const unpaid = {
  awaiting_payment: true,
  payment_required_by: null as string | null,
  price_guarantee_expires_at: null as string | null,
  paid_at: null as string | null,
};

const isChangeable = ({ conditions }: DuffelOffer) => conditions.change_before_departure.allowed;

function bought(offer: DuffelOffer, metadata: Record<string, string>, paid: boolean, at: string) {
  const { payment_required_by, price_guarantee_expires_at } = offer.payment_requirements;
  return {
    id: newId("ord"),
    booking_reference: "RZPNX8",
    offer_id: offer.id,
    total_amount: offer.total_amount,
    total_currency: offer.total_currency,
    created_at: at,
    cancelled_at: null as string | null,
    payment_status: paid
      ? { ...unpaid, awaiting_payment: false, paid_at: at }
      : { ...unpaid, payment_required_by, price_guarantee_expires_at },
    documents: paid ? [{ type: "electronic_ticket", unique_identifier: "125-1230984567" }] : [],
    available_actions: ["cancel", "update", ...(paid && isChangeable(offer) ? ["change"] : [])],
    slices: offer.slices,
    metadata,
  };
}

function told({ refund_amount, ...asked }: Cancellation, { total_currency, payment_status }: Order) {
  return {
    ...asked,
    refund_amount,
    refund_currency: total_currency,
    refund_to: payment_status.awaiting_payment ? "awaiting_payment" : "balance",
    created_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  };
}

export function pays(
  payment: { amount: string; currency: string } | undefined,
  due: { total_amount: string; total_currency: string },
) {
  return payment?.amount === due.total_amount && payment.currency === due.total_currency;
}
