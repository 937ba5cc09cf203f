import { randomBytes } from "node:crypto";
import { sql, utc } from "../../base/db.ts";
import type { Criteria } from "../criteria.ts";
import { type KeptOffer, path, type Slice } from "../offer.ts";
import type { ChangeOffer, OrderChange, Seller, Wish } from "../seller.ts";
import { simulator } from "../simulator.ts";
import { spanOf } from "../span.ts";
import { columns, isChangeable, known, maxSeats, newTickets, type Row, refused } from "./order.ts";

/** How long an offered change holds. */
const offerLife = "30 minutes";
const mostOffers = 20;

type Changes = Pick<
  Seller,
  "askChange" | "startChange" | "getChange" | "confirmChange" | "airlineChanges" | "acceptAirlineChange"
>;

/**
 * Changes orders of the simulated market: the flights of the other days are sold at their price of the moment, less what
 * was paid, and with the penalty of the terms. Its airlines change nothing by themselves.
 */
export const changes: Changes = {
  async askChange(wish, at) {
    const [order] = (await sql`
      select ${columns} from simulated_orders where simulated_orders.id = ${wish.order}`.catch(() => [])) as Row[];
    if (!order) return { status: "unknown" };
    if (!isChangeable(order)) return refused("order_not_changeable");
    const found = await simulator.search(onDays(wish), at);
    if (found.status === "no_results") return { status: "done", value: [] };
    if (found.status !== "ok") return { status: "busy" };
    const penalty = order.change?.penalty?.total ?? 0;
    const isSame = (after: Slice[]) => staysAsked(wish, order.slices!, after);
    const offers = found.offers
      .filter((offer) => hasTerms(offer, wish.offer) && isSame(offer.slices))
      .filter(({ slices }, index, all) => all.findIndex((one) => path(one.slices) === path(slices)) === index)
      .slice(0, mostOffers);
    const made = await Promise.all(
      offers.map(async ({ slices, total }) => ({
        id: `oco_${randomBytes(12).toString("hex")}`,
        slices,
        departs_at: spanOf(slices).departsAt,
        due: total - order.total + penalty,
      })),
    );
    return known(async () => {
      const rows = await sql`
        insert into simulated_changes (id, order_id, slices, departs_at, due, penalty, currency, expires_at)
        select made.id, ${order.id}, made.slices, made.departs_at, made.due, ${penalty}, ${order.currency},
               ${at}::timestamptz + ${offerLife}::interval
          from jsonb_to_recordset(${JSON.stringify(made)}::jsonb)
            as made (id text, slices jsonb, departs_at timestamptz, due bigint)
        returning ${changed}`;
      return (rows as ChangeRow[]).map(toChangeOffer);
    });
  },

  startChange: (offer, at) =>
    known(async () => {
      const [row] = (await sql`
        select ${changed}
          from simulated_changes
          join simulated_orders on simulated_orders.id = simulated_changes.order_id
         where simulated_changes.id = ${offer}
           and simulated_changes.confirmed_at is null
           and simulated_changes.expires_at > ${at}
           and simulated_orders.cancelled_at is null`) as ChangeRow[];
      return row ? toChange(row) : "order_change_offer_expired";
    }),

  getChange: (id) =>
    known(async () => {
      const [row] = (await sql`
        select ${changed} from simulated_changes where simulated_changes.id = ${id}`) as ChangeRow[];
      return row ? toChange(row) : "not_found";
    }),

  confirmChange: ({ id, due }, at) =>
    known(async () => {
      const [row] = (await sql`
        with made as (
          update simulated_changes
             set confirmed_at = ${at}
            from simulated_orders
           where simulated_changes.id = ${id}
             and simulated_orders.id = simulated_changes.order_id
             and simulated_orders.cancelled_at is null
             and simulated_changes.confirmed_at is null
             and simulated_changes.expires_at > ${at}
             and simulated_changes.due = ${due.total}
             and simulated_changes.currency = ${due.currency}
          returning simulated_changes.*
        ), moved as (
          update simulated_orders
             set slices = made.slices,
                 departs_at = made.departs_at,
                 total = simulated_orders.total + made.due,
                 tickets = (${newTickets(maxSeats)}::text[])[:simulated_orders.seats],
                 cancellation_id = null
            from made
           where simulated_orders.id = made.order_id
        ), others as (
          delete from simulated_changes
           using made
           where simulated_changes.order_id = made.order_id
             and simulated_changes.id <> made.id
             and simulated_changes.confirmed_at is null
        )
        select ${changed} from made as simulated_changes`) as ChangeRow[];
      return row ? toChange(row) : "order_change_not_confirmable";
    }),

  airlineChanges: async () => ({ status: "done", value: [] }),
  acceptAirlineChange: async () => refused("not_found"),
};

/** The question about the journey on its new days. */
function onDays({ criteria, days }: Wish): Criteria {
  const day = (slice: number) => days.find((one) => one.slice === slice)?.departureDate;
  return {
    ...criteria,
    departureDate: day(0) ?? criteria.departureDate,
    returnDate: criteria.returnDate && (day(1) ?? criteria.returnDate),
  };
}

/** Whether an offer is of the same brand: it allows the same, with the same bags. */
const hasTerms = (one: KeptOffer, other: KeptOffer) =>
  one.conditions.change?.allowed === other.conditions.change?.allowed &&
  one.conditions.refund?.allowed === other.conditions.refund?.allowed &&
  one.bags?.carryOn === other.bags?.carryOn &&
  one.bags?.checked === other.bags?.checked;

/** Whether the slices that are not to be changed are the same flights as before. */
const staysAsked = ({ days }: Wish, before: Slice[], after: Slice[]) =>
  after.length === before.length &&
  before.every((slice, index) => {
    const [was, is] = [slice, after[index]!];
    const isWished = days.some((one) => one.slice === index);
    return isWished || (path([was]) === path([is]) && was.departingAt === is.departingAt);
  });

const changed = sql`
             simulated_changes.id,
             simulated_changes.slices,
             simulated_changes.due::float8 as due,
             simulated_changes.penalty::float8 as penalty,
             simulated_changes.currency,
             ${utc(sql`simulated_changes.expires_at`)} as "expiresAt",
             ${utc(sql`simulated_changes.confirmed_at`)} as "confirmedAt"`;

type ChangeRow = {
  id: string;
  slices: Slice[];
  due: number;
  penalty: number;
  currency: string;
  expiresAt: string;
  confirmedAt: string | null;
};

const toChangeOffer = ({ id, slices, due, penalty, currency, expiresAt }: ChangeRow): ChangeOffer => ({
  id,
  slices,
  due: { total: due, currency },
  penalty: { total: penalty, currency },
  to: "balance",
  expiresAt,
});

const toChange = ({ id, due, currency, expiresAt, confirmedAt }: ChangeRow): OrderChange => ({
  id,
  due: { total: due, currency },
  to: "balance",
  expiresAt,
  confirmedAt,
});
