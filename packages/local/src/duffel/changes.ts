import type * as v from "valibot";
import { type Answer, created, refusal } from "./answer.ts";
import { type DuffelOffer, type Market, newId, offersFor } from "./offers.ts";
import { type createOrders, type Offered, type Order, pays } from "./orders.ts";
import type * as Shape from "./schema.ts";

type Slice = DuffelOffer["slices"][number];
type ChangeOffer = {
  id: string;
  order_id: string;
  order_change_id: string | null;
  change_total_amount: string;
  change_total_currency: string;
  penalty_total_amount: string;
  penalty_total_currency: string;
  new_total_amount: string;
  new_total_currency: string;
  refund_to: string;
  created_at: string;
  expires_at: string;
  slices: { add: Slice[]; remove: Slice[] };
};
type OrderChange = ChangeOffer & { confirmed_at: string | null };
type AirlineChange = {
  id: string;
  order_id: string;
  created_at: string;
  added: Slice[];
  removed: Slice[];
  available_actions: string[];
  action_taken: string | null;
};

/** Changes of orders: those that are asked for, and those that the airline makes. */
export function createChanges(
  { find, state, now }: ReturnType<typeof createOrders>,
  sold: Map<string, Offered>,
  currency: string,
) {
  const offers = new Map<string, ChangeOffer>();
  const changes = new Map<string, OrderChange>();
  const airline: AirlineChange[] = [];

  async function request(
    { order_id, slices }: v.InferOutput<typeof Shape.ChangeRequest>,
    market: Market,
  ): Promise<Answer> {
    const order = find(order_id);
    if (!order) return refusal(404, "not_found");
    if (!order.available_actions.includes("change")) return refusal(422, "order_not_changeable");
    const remove = slices.remove.flatMap(({ slice_id }) => order.slices.find(({ id }) => id === slice_id) ?? []);
    if (remove.length !== slices.remove.length) return refusal(422, "invalid_slice_id");
    const today = new Date(now().getTime() - 12 * 3_600_000).toISOString().slice(0, 10);
    if (slices.add.some(({ departure_date }) => departure_date < today)) return refusal(422, "invalid_departure_date");
    const { passengers, conditions } = sold.get(order.offer_id)!.offer;
    const search = {
      slices: slices.add.map(({ cabin_class: _, ...slice }) => slice),
      passengers: passengers.map((one) =>
        "age" in one && one.age !== undefined ? { age: one.age } : { type: "adult" as const },
      ),
      cabin_class: slices.add[0]!.cabin_class,
      max_connections: 1,
    };
    const penalty = Number(conditions.change_before_departure.penalty_amount);
    const share = (Number(order.total_amount) * remove.length) / order.slices.length;
    const found = await offersFor(search, currency, market);
    const order_change_offers = found.map((one): ChangeOffer => {
      const due = Number(one.total_amount) - share + penalty;
      return {
        id: newId("oco"),
        order_id,
        order_change_id: null,
        change_total_amount: due.toFixed(2),
        change_total_currency: currency,
        penalty_total_amount: penalty.toFixed(2),
        penalty_total_currency: currency,
        new_total_amount: (Number(order.total_amount) + due - penalty).toFixed(2),
        new_total_currency: currency,
        refund_to: "original_form_of_payment",
        created_at: now().toISOString(),
        expires_at: new Date(now().getTime() + 20 * 60_000).toISOString(),
        slices: { add: one.slices, remove },
      };
    });
    for (const offer of order_change_offers) offers.set(offer.id, offer);
    return created(201, { id: newId("ocr"), live_mode: false, order_id, slices, order_change_offers });
  }

  const isOver = ({ expires_at }: ChangeOffer) => Date.parse(expires_at) <= now().getTime();

  function start({ selected_order_change_offer: chosen }: v.InferOutput<typeof Shape.StartChange>): Answer {
    const offer = offers.get(chosen);
    const order = offer && find(offer.order_id);
    if (!offer || !order) return refusal(404, "not_found");
    if (isOver(offer)) return refusal(422, "order_change_offer_expired");
    if (!fits(order, offer)) return refusal(422, "order_change_offer_no_longer_available");
    const change = { ...offer, id: newId("oce"), confirmed_at: null };
    changes.set(change.id, change);
    return created(201, change);
  }

  /** An order that was cancelled or changed meanwhile has no such slices any more. */
  const fits = (order: Order, { slices }: ChangeOffer) =>
    order.available_actions.includes("change") &&
    slices.remove.every(({ id }) => order.slices.some((one) => one.id === id));

  function get(id: string): Answer {
    const change = changes.get(id);
    return change ? created(200, change) : refusal(404, "not_found");
  }

  function confirm(id: string, { payment }: v.InferOutput<typeof Shape.ConfirmChange>): Answer {
    const change = changes.get(id);
    const order = change && find(change.order_id);
    if (!change || !order) return refusal(404, "not_found");
    if (change.confirmed_at !== null) return refusal(422, "already_confirmed");
    if (isOver(change)) return refusal(422, "order_change_expired");
    if (!fits(order, change)) return refusal(422, "order_not_changeable");
    const due = Number(change.change_total_amount);
    const asked = { total_amount: change.change_total_amount, total_currency: change.change_total_currency };
    if (due > 0 && !pays(payment, asked)) return refusal(422, "payment_amount_does_not_match_order_amount");
    if (due <= 0 && payment) return refusal(422, "payments_not_allowed");
    if (due > state.balance) return refusal(422, "insufficient_balance");
    state.balance -= due;
    const added = [...change.slices.add];
    const isRemoved = (slice: Slice) => change.slices.remove.some((one) => one.id === slice.id);
    order.slices = order.slices.map((slice) => (isRemoved(slice) ? added.shift()! : slice));
    order.total_amount = change.new_total_amount;
    order.documents = [{ type: "electronic_ticket", unique_identifier: "125-1230984568" }];
    change.confirmed_at = now().toISOString();
    return created(200, change);
  }

  function listAirline(query: URLSearchParams): Answer {
    return created(
      200,
      airline.filter(({ order_id }) => order_id === query.get("order_id")),
    );
  }

  function accept(id: string): Answer {
    const change = airline.find((one) => one.id === id);
    const order = change && find(change.order_id);
    if (!change || !order) return refusal(404, "not_found");
    if (change.action_taken !== null || order.cancelled_at !== null) return refusal(422, "action_already_taken");
    if (!change.available_actions.includes("accept")) return refusal(422, "action_not_available");
    order.slices = order.slices.map((slice) => {
      const index = change.removed.findIndex((one) => one.id === slice.id);
      return change.added[index] ?? slice;
    });
    Object.assign(change, { action_taken: "accepted", available_actions: [] });
    return created(200, change);
  }

  function disrupt(order: string, minutes: number, actions = ["accept", "cancel"]): AirlineChange {
    const removed = find(order)?.slices.slice(0, 1) ?? [];
    const change = {
      id: newId("aic"),
      order_id: order,
      created_at: now().toISOString(),
      removed,
      added: removed.map((slice) => moved(slice, minutes)),
      available_actions: actions,
      action_taken: null,
    };
    airline.push(change);
    return change;
  }

  return { offers, request, start, get, confirm, listAirline, accept, disrupt };
}

function moved(slice: Slice, minutes: number): Slice {
  const later = (local: string) => new Date(Date.parse(`${local}Z`) + minutes * 60_000).toISOString().slice(0, 19);
  const segments = slice.segments.map((one) => ({
    ...one,
    id: newId("seg"),
    departing_at: later(one.departing_at),
    arriving_at: later(one.arriving_at),
  }));
  return { ...slice, id: newId("sli"), segments };
}
