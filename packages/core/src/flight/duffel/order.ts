import * as v from "valibot";
import * as Airport from "../../airport.ts";
import * as Money from "../../base/money.ts";
import type { Made, Order, Outcome, Passenger as Person, Price, Refund } from "../seller.ts";
import { flownSlices, parseAmount } from "./offer.ts";
import { type Account, type Reply, rateOfReply, request } from "./request.ts";
import * as Wire from "./wire.ts";

/** A passenger: `id` is the offer's id for this passenger, `infant` that of the infant on this one's lap. */
export type Passenger = Omit<Person, "kind" | "age"> & { id: string; infant?: string };

/**
 * An order to create: paid at once at the offer's price, or held and paid later. `metadata` is for finding it again.
 */
export type Booking = {
  offer: string;
  passengers: Passenger[];
  metadata: Record<string, string>;
} & ({ type: "instant"; price: Price } | { type: "hold" });

/** The calls for bookings. None throws, and none that changes something is ever sent twice. */
export type Orders = {
  /** It can take two minutes. */
  create(booking: Booking, signal?: AbortSignal): Promise<Made>;
  get(id: string, signal?: AbortSignal): Promise<Outcome<Order>>;
  /**
   * The orders created since then that have all of `metadata`, newest first. Duffel cannot search for it, so all are
   * read.
   */
  list(metadata: Record<string, string>, since: Date, signal?: AbortSignal): Promise<Outcome<Order[]>>;
  /** Pays for a held order. */
  pay(id: string, price: Price, signal?: AbortSignal): Promise<Outcome<null>>;
  /** Asks for the refund of a cancellation; nothing is cancelled yet. */
  cancel(id: string, signal?: AbortSignal): Promise<Outcome<Refund>>;
  confirmCancellation(id: string, signal?: AbortSignal): Promise<Outcome<Refund>>;
};

/** Airlines may take two minutes to change an order; reading one is Duffel's own work. */
const timeouts = { change: 130_000, read: 25_000 };
const page = 200;

/**
 * The ways of asking: `change` is sent once; so is `propose`, which changes nothing yet and which a person waits for;
 * `look` is sent again where that does no harm.
 */
export const asking = (account: Account) => ({
  propose: (path: string, data: unknown) =>
    request(account, {
      method: "POST",
      path: () => path,
      data,
      patience: timeouts.read,
      tries: 1,
      signal: undefined,
    }),
  change: (path: string, signal?: AbortSignal, data?: unknown) =>
    request(account, { method: "POST", path: () => path, data, patience: timeouts.change, tries: 1, signal }),
  look: (path: string, signal?: AbortSignal) =>
    request(account, { method: "GET", path: () => path, patience: timeouts.read, tries: 3, signal }),
});

export function orders(account: Account): Orders {
  const { change, look } = asking(account);

  return {
    async create(booking, signal) {
      const reply = await change("/air/orders", signal, toOrderRequest(booking));
      if (reply.status === "ok" && reply.http === 202) return { ...rateOfReply(reply), status: "accepted" };
      // An earlier try, perhaps our own in a lost request, may have bought it.
      if (reply.status === "refused" && reply.code === "order_creation_already_attempted")
        return { ...rateOfReply(reply), status: "unknown" };
      return toOutcome(reply, told());
    },

    async get(id, signal) {
      return toOutcome(await look(`/air/orders/${encodeURIComponent(id)}`, signal), told());
    },

    async list(metadata, since, signal) {
      const wanted = Object.entries(metadata);
      const Told = told();
      const found: Order[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const query: string = `limit=${page}${after && `&after=${encodeURIComponent(after)}`}`;
        const reply = await look(`/air/orders?${query}`, signal);
        const read = toOutcome(reply, v.array(Told));
        if (reply.status !== "ok" || read.status !== "done") return read;
        const recent = read.value.filter(({ createdAt }) => createdAt >= since.toISOString());
        found.push(...recent.filter((one) => wanted.every(([name, value]) => one.metadata[name] === value)));
        after = recent.length < read.value.length ? null : reply.after;
      }
      return { status: "done", value: found };
    },

    async pay(id, price, signal) {
      const data = { order_id: id, payment: payment(price) };
      return toOutcome(await change("/air/payments", signal, data), Paid);
    },

    async cancel(id, signal) {
      return toOutcome(await change("/air/order_cancellations", signal, { order_id: id }), Cancelled);
    },

    async confirmCancellation(id, signal) {
      const path = `/air/order_cancellations/${encodeURIComponent(id)}/actions/confirm`;
      return toOutcome(await change(path, signal), Cancelled);
    },
  };
}

function toOrderRequest(booking: Booking) {
  return {
    type: booking.type,
    selected_offers: [booking.offer],
    passengers: booking.passengers.map(({ passport, ...who }) => ({
      id: who.id,
      title: who.title,
      gender: who.gender,
      given_name: who.givenName,
      family_name: who.familyName,
      born_on: who.bornOn,
      email: who.email,
      phone_number: who.phone,
      ...(who.infant && { infant_passenger_id: who.infant }),
      ...(passport && {
        identity_documents: [
          {
            type: "passport",
            unique_identifier: passport.number,
            issuing_country_code: passport.country,
            expires_on: passport.expiresOn,
          },
        ],
      }),
    })),
    ...(booking.type === "instant" && { payments: [payment(booking.price)] }),
    metadata: booking.metadata,
  };
}

export function payment({ total, currency }: Price) {
  return { type: "balance", ...Money.toInfo(total, currency) };
}

export function toOutcome<S extends v.GenericSchema>(reply: Reply, schema: S): Outcome<v.InferOutput<S>> {
  const rate = rateOfReply(reply);
  if (reply.status === "refused") return { ...rate, status: "refused", code: reply.code };
  if (reply.status !== "ok") return { ...rate, status: reply.status === "busy" ? "busy" : "unknown" };
  const parsed = v.safeParse(schema, reply.data);
  return parsed.success ? { ...rate, status: "done", value: parsed.output } : { ...rate, status: "unknown" };
}

/** An order whose price cannot be converted counts as unreadable. */
function told() {
  const airports = Airport.all();
  return v.pipe(
    Wire.Order,
    v.check((told) => parseAmount(told.total_amount, told.total_currency) !== undefined),
    v.transform(
      (told): Order => ({
        id: told.id,
        reference: told.booking_reference,
        total: parseAmount(told.total_amount, told.total_currency) ?? 0,
        currency: told.total_currency,
        createdAt: told.created_at,
        cancelledAt: told.cancelled_at,
        payment: {
          awaited: told.payment_status.awaiting_payment,
          by: told.payment_status.payment_required_by,
          priceUntil: told.payment_status.price_guarantee_expires_at,
          at: told.payment_status.paid_at,
        },
        documents: (told.documents ?? []).map(({ type, unique_identifier }) => ({ type, number: unique_identifier })),
        actions: told.available_actions ?? [],
        slices: told.slices && flownSlices(told.slices, airports),
        metadata: told.metadata ?? {},
      }),
    ),
  );
}

const Cancelled = v.pipe(
  Wire.Cancellation,
  v.transform((told): Refund => {
    const { refund_amount: text, refund_currency: currency } = told;
    const total = text === null || currency === null ? undefined : parseAmount(text, currency);
    return {
      id: told.id,
      order: told.order_id,
      refund: total === undefined || currency === null ? null : { total, currency },
      to: told.refund_to,
      expiresAt: told.expires_at,
      confirmedAt: told.confirmed_at,
    };
  }),
);

const Paid = v.pipe(
  Wire.Payment,
  v.transform(() => null),
);
