import { stripe } from "@travel-conductor/local/testing";
import fc from "fast-check";
import { ask, type Buyer, buyer, duffel, hours, settle } from "../booking.ts";

const { redis } = await import("../../../src/base/cache.ts");
const { addDays } = await import("../../../src/base/day.ts");
const { sql } = await import("../../../src/base/db.ts");
const Booking = await import("../../../src/booking.ts");
const Payment = await import("../../../src/payment.ts");
const { Problem } = await import("../../../src/base/error.ts");
const { cutAt } = await import("../network.ts");

/** A death at a request of a run, which is sent or not. */
const death = fc.record({ dies: fc.integer({ min: 1, max: 12 }), loses: fc.boolean() });
const troubles = fc.constantFrom("cut" as const, "lost" as const);

/** What may happen to a booking, in any order: its owner's acts, faults of others, events, deaths, and time. */
const happening = fc.oneof(
  fc.constantFrom("run", "run twice", "again", "event", "quote", "cancel", "pay", "bank says yes", "bank says no"),
  fc.constantFrom("airline", "accept", "run"),
  fc.record({ change: fc.constantFrom("20.00", "0.00", "-20.00") }),
  death,
  fc.record({ seller: troubles }),
  fc.record({ card: troubles }),
  fc.record({ hours: fc.constantFrom(0.1, 1, 5) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

export const bookingHistories = fc.record({
  card: fc.constantFrom("4242424242424242", "4000002760003184", "4000000000000341"),
  hold: fc.boolean(),
  seller: fc.constantFrom(
    201 as const,
    200 as const,
    202 as const,
    "later" as const,
    "never" as const,
    "no funds" as const,
  ),
  /** The first run asks the seller: it dies at any of its requests, or at none. */
  first: death,
  happenings: fc.array(happening, { minLength: 2, maxLength: 8 }),
});
type History = typeof bookingHistories extends fc.Arbitrary<infer T> ? T : never;

/** The statuses that may follow one, as bookings.md draws them, also several steps later. */
const follow: Record<string, string[]> = {
  pending: ["action_required", "ordering", "unknown", "confirmed", "held", "failed"],
  action_required: ["ordering", "unknown", "confirmed", "held", "failed", "pending"],
  ordering: ["unknown", "confirmed", "held", "failed"],
  unknown: ["confirmed", "held", "failed", "ordering"],
  held: ["action_required", "confirmed", "expired", "cancelling", "cancelled"],
  confirmed: ["changing", "cancelling", "cancelled"],
  changing: ["confirmed", "cancelling", "cancelled"],
  cancelling: ["cancelled", "confirmed", "held"],
  failed: [],
  expired: [],
  cancelled: [],
};

/** Plays a history and then three quiet days, and returns how it ended. @throws when a promise does not hold */
export async function playBooking({ card, hold, seller, first, happenings }: History): Promise<string> {
  // The clock of a history begins now: what the gate knows of the provider may be of days that another one reached.
  await redis.flushdb();
  duffel.sell({ changePenalty: "0.00" });
  const who = await buyer({ number: card, holds: hold });
  const told: string[] = [];
  let at = new Date();
  const setClock = (moment: Date) => duffel.setAhead(moment.getTime() - Date.now());
  setClock(at);
  const read = async () => {
    const { status } = await Booking.get(who.userId, who.id, at);
    if (told.at(-1) !== status) told.push(status);
    return status;
  };
  if (seller === "no funds") duffel.fund(1);
  else duffel.deliver(seller);
  await ask(who, { hold, paymentMethod: hold ? null : who.method.id }, at);
  await read();
  for (const one of [first, ...happenings]) {
    if (typeof one === "object" && "hours" in one) {
      at = hours(one.hours, at);
      setClock(at);
    } else await happen(one, who, at);
    // The lease of a process that died is over some time later.
    await sql`update bookings set claimed_until = null where bookings.id = ${who.id}`;
    await read();
  }
  duffel.heal();
  stripe.heal();
  duffel.makeAccepted();
  for (let hour = 0; hour < 72; hour += hour < 3 ? 1 : 8) {
    await sql`update bookings set claimed_until = null where bookings.id = ${who.id}`;
    setClock(hours(hour, at));
    await settle(who, hours(hour, at));
    await settle(who, hours(hour + 0.2, at));
    await read();
  }
  duffel.setAhead(0);
  for (const [index, status] of told.entries()) {
    const before = told[index - 1];
    if (before && !follow[before]?.includes(status)) throw new Error(`${before} became ${status}: ${told.join(" → ")}`);
  }
  return checkEnd(who, told.join(" → "));
}

async function happen(one: Exclude<Happening, { hours: number }>, who: Buyer, at: Date): Promise<void> {
  const run = () => Booking.run(at, { id: who.id });
  if (typeof one === "object") {
    if ("dies" in one) await cutAt(one.dies, one.loses, run);
    else if ("change" in one) await change(one.change, who, at).catch(unlessRefused);
    else if ("seller" in one) duffel.next(one.seller);
    else stripe.next(one.card);
    return;
  }
  const booking = await Booking.get(who.userId, who.id, at);
  const acts: Record<typeof one, () => Promise<unknown>> = {
    run,
    "run twice": () => Promise.all([run(), run()]),
    again: () => ask(who, { hold: booking.status === "held", paymentMethod: who.method.id }, at),
    airline: () => disrupt(who, at),
    accept: () => accept(who, at),
    event: () => Promise.all([run(), eventOf(who, at), eventOf(who, at)]),
    quote: () => Booking.quote(who.userId, who.id, at),
    cancel: () => Booking.cancel(who.userId, who.id, { quote: booking.cancellation?.id ?? "ore_none" }, at),
    pay: () => Booking.pay(who.userId, who.id, { paymentMethod: who.method.id, price: booking.total }, at),
    "bank says yes": () => answerBank(who, true),
    "bank says no": () => answerBank(who, false),
  };
  await acts[one]().catch(unlessRefused);
}

/** What does not fit the booking now is refused, and nothing changes. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof Problem)) throw error;
}

const orderOf = ({ id }: Buyer) => duffel.orders.find(({ metadata }) => metadata.booking === id);

/** Its owner changes the flights, for what the airline asks or gives back. */
async function change(due: string, { userId, id }: Buyer, at: Date): Promise<void> {
  const { departureDate } = (await Booking.get(userId, id, at)).journey;
  const asked = await Booking.askChange(userId, id, { departureDate: addDays(departureDate!, 1) }, at);
  const offer = asked.change!.offers[0]!;
  const told = duffel.changeOffers.get(offer.id)!;
  const all = Number(orderOf({ id } as Buyer)!.total_amount) + Number(due);
  Object.assign(told, { change_total_amount: due, new_total_amount: all.toFixed(2) });
  const amount = (value: number) => ({ amount: Math.max(0, value).toFixed(2), currency: "GBP" });
  const [charge, refund] = [amount(Number(due)), amount(-Number(due))];
  await Booking.change(userId, id, { offer: offer.id, charge, refund }, at);
}

/** The airline moves the flights by ten minutes, and its seller tells of it. */
async function disrupt(who: Buyer, at: Date): Promise<void> {
  const order = orderOf(who);
  if (!order || order.cancelled_at !== null) return;
  duffel.disrupt(order.id, 10);
  await Booking.hint(who.id, at, "order");
}

async function accept({ userId, id }: Buyer, at: Date): Promise<void> {
  const { airlineChanges } = await Booking.get(userId, id, at);
  const open = airlineChanges.find(({ state }) => state === "open");
  if (open) await Booking.acceptChange(userId, id, { change: open.id }, at);
}

const eventOf = (who: Buyer, at: Date) => Booking.hint(who.id, at);

async function answerBank({ id }: Buyer, yes: boolean): Promise<void> {
  for (const { intent, state } of await paymentsOf(id)) if (state === "action") stripe.answerChallenge(intent, yes);
}

/** All payments of a booking that its row knows: the first one, those of changes, and that of the change at work. */
async function paymentsOf(id: string) {
  const rows = await sql`
    select distinct intent
      from bookings
     cross join lateral (
             select bookings.payment_intent as intent
              union all
             select bookings.change -> 'chosen' ->> 'intent'
              union all
             select each ->> 'intent' from jsonb_array_elements(bookings.charges) as each
           ) as paid
     where bookings.id = ${id}
       and intent is not null`;
  const told = await Promise.all(rows.map(({ intent }) => Payment.read(String(intent))));
  return told.flatMap((one) => (one.status === "done" ? one.value : []));
}

/** One order and one charge at most; money is taken with an order that stands, and else let go or given back. */
async function checkEnd(who: Buyer, path: string): Promise<string> {
  const { status, payment, total, airlineChanges, slices } = await Booking.get(who.userId, who.id, new Date());
  const orders = duffel.orders.filter(({ metadata }) => metadata.booking === who.id);
  // An order that is not paid for ends by itself.
  const isPaid = ({ cancelled_at, payment_status }: (typeof orders)[number]) =>
    cancelled_at === null && !payment_status.awaiting_payment;
  const standing = orders.filter(isPaid).length;
  const money = await paymentsOf(who.id);
  const left = money.reduce(
    (sum, { state, captured, refunds }) =>
      sum + (state === "captured" ? captured : 0) - refunds.reduce((back, one) => back + one.total, 0),
    0,
  );
  const fault = (text: string) =>
    new Error(`${text}: ${status} ${payment}, ${standing} of ${orders.length} orders stand, ${left} taken (${path})`);
  const paid = Math.round(Number(total.amount) * 100);
  if (orders.length > 1) throw fault("several orders");
  if (status === "confirmed" ? standing !== 1 || left !== paid || payment !== "paid" : left !== 0)
    throw fault("order and money do not fit");
  if (status !== "confirmed" && standing > 0) throw fault("an order stands for no booking");
  if (!["confirmed", "held", "failed", "expired", "cancelled"].includes(status)) throw fault("is not settled");
  if (money.some(({ state }) => state === "authorized")) throw fault("money is still reserved");
  const isOpen = airlineChanges.some(({ state }) => state === "open");
  const flown = orders[0]?.slices[0]?.segments[0]?.departing_at.slice(0, 16);
  if (status === "confirmed" && !isOpen && slices[0]?.departingAt !== flown) throw fault("other flights are ordered");
  return status;
}
