import * as v from "valibot";
import * as Airport from "../../airport.ts";
import type { AirlineChange, ChangeOffer, OrderChange, Seller } from "../seller.ts";
import { flownSlices, parseAmount, parseSigned } from "./offer.ts";
import { asking, payment, toOutcome } from "./order.ts";
import type { Account } from "./request.ts";
import * as Wire from "./wire.ts";

type Changes = Pick<
  Seller,
  "askChange" | "startChange" | "getChange" | "confirmChange" | "airlineChanges" | "acceptAirlineChange"
>;

/** The calls for changes of orders. None throws, and none that changes something is ever sent twice. */
export function changes(account: Account): Changes {
  const { change, propose, look } = asking(account);
  const at = (path: string, id: string, action = "") => `${path}/${encodeURIComponent(id)}${action}`;

  return {
    async askChange({ order: id, criteria, days }) {
      const read = toOutcome(await look(at("/air/orders", id)), Wire.Order);
      if (read.status !== "done") return read;
      const { available_actions: actions, slices } = read.value;
      const chosen = days.map(({ slice }) => slices?.[slice]);
      if (!slices || !actions?.includes("change") || chosen.some((one) => one === undefined))
        return { status: "refused", code: "order_not_changeable" };
      const add = days.map(({ departureDate }, index) => ({
        origin: chosen[index]!.segments[0]!.origin.iata_code,
        destination: chosen[index]!.segments.at(-1)!.destination.iata_code,
        departure_date: departureDate,
        cabin_class: criteria.cabin,
      }));
      const remove = chosen.map((one) => ({ slice_id: one!.id }));
      const reply = await propose("/air/order_change_requests", { order_id: id, slices: { add, remove } });
      const told = toOutcome(reply, Wire.ChangeRequest);
      if (told.status !== "done") return told;
      const airports = Airport.all();
      const offers = told.value.order_change_offers.flatMap(
        (one) => (one && toChangeOffer(one, slices, airports)) ?? [],
      );
      return { ...told, value: offers };
    },

    async startChange(offer) {
      return toOutcome(await propose("/air/order_changes", { selected_order_change_offer: offer }), Started);
    },

    async getChange(id) {
      return toOutcome(await look(at("/air/order_changes", id)), Started);
    },

    async confirmChange({ id, due }) {
      // Only what is paid has a payment.
      const data = due.total > 0 ? { payment: payment(due) } : {};
      return toOutcome(await change(at("/air/order_changes", id, "/actions/confirm"), undefined, data), Started);
    },

    async airlineChanges(order) {
      const path = `/air/airline_initiated_changes?order_id=${encodeURIComponent(order)}`;
      const read = toOutcome(await look(path), v.array(await airlineChange()));
      if (read.status !== "done") return read;
      return { ...read, value: read.value.toSorted((a, b) => a.at.localeCompare(b.at)) };
    },

    async acceptAirlineChange(id) {
      const path = at("/air/airline_initiated_changes", id, "/actions/accept");
      return toOutcome(await change(path), await airlineChange());
    },
  };
}

/** The journey after the change: what is added stands in the place of what is removed. */
function toChangeOffer(
  offer: Wire.ChangeOffer,
  before: (Wire.Slice & { id: string })[],
  airports: Map<string, Airport.Airport>,
): ChangeOffer | null {
  const { add, remove } = offer.slices;
  const added = [...add];
  const isRemoved = (id: string) => remove.some((one) => one.id === id);
  const after = before.flatMap((one) => (isRemoved(one.id) ? (added.shift() ?? []) : one));
  const slices = flownSlices(after, airports);
  const due = dueOf(offer);
  if (!due || !slices || add.length !== remove.length || after.length !== before.length) return null;
  const { penalty_total_amount: text, penalty_total_currency: currency } = offer;
  const penalty = text === null || currency === null ? undefined : parseAmount(text, currency);
  return {
    id: offer.id,
    slices,
    due,
    penalty: penalty === undefined || currency === null ? null : { total: penalty, currency },
    to: offer.refund_to,
    expiresAt: offer.expires_at,
  };
}

function dueOf(told: Pick<Wire.OrderChange, "change_total_amount" | "change_total_currency">) {
  const { change_total_amount: text, change_total_currency: currency } = told;
  const total = parseSigned(text, currency);
  return total === undefined ? undefined : { total, currency };
}

/** A change whose price cannot be converted counts as unreadable. */
const Started = v.pipe(
  Wire.OrderChange,
  v.check((told) => dueOf(told) !== undefined),
  v.transform(
    (told): OrderChange => ({
      id: told.id,
      due: dueOf(told)!,
      to: told.refund_to,
      expiresAt: told.expires_at,
      confirmedAt: told.confirmed_at,
    }),
  ),
);

async function airlineChange() {
  const airports = Airport.all();
  return v.pipe(
    Wire.AirlineChange,
    v.transform(
      (told): AirlineChange => ({
        id: told.id,
        at: told.created_at,
        removed: flownSlices(told.removed, airports) ?? [],
        added: flownSlices(told.added, airports) ?? [],
        actions: told.available_actions ?? [],
        taken: told.action_taken,
      }),
    ),
  );
}
