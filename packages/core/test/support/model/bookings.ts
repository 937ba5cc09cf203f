import { stripe } from "@travel-conductor/local/testing";
import fc from "fast-check";
import { ask, type Buyer, buyer, charges, duffel, hours, settle } from "../booking.ts";

const { sql } = await import("../../../src/base/db.ts");
const Booking = await import("../../../src/booking.ts");
const { Problem } = await import("../../../src/base/error.ts");
const { cutAt } = await import("../network.ts");

/** A death at a request of a run, which is sent or not. */
const death = fc.record({ dies: fc.integer({ min: 1, max: 12 }), loses: fc.boolean() });
const troubles = fc.constantFrom("cut" as const, "lost" as const);

/** What may happen to a booking, in any order: its owner's acts, faults of others, events, deaths, and time. */
const happening = fc.oneof(
  fc.constantFrom("run", "run twice", "again", "event", "quote", "cancel", "pay", "bank says yes", "bank says no"),
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
  confirmed: ["cancelling", "cancelled"],
  cancelling: ["cancelled", "confirmed", "held"],
  failed: [],
  expired: [],
  cancelled: [],
};

/** Plays a history and then three quiet days, and returns how it ended. @throws when a promise does not hold */
export async function playBooking({ card, hold, seller, first, happenings }: History): Promise<string> {
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
  await ask(who, { hold, paymentMethod: hold ? null : who.method.id });
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
    else if ("seller" in one) duffel.next(one.seller);
    else stripe.next(one.card);
    return;
  }
  const booking = await Booking.get(who.userId, who.id, at);
  const acts: Record<typeof one, () => Promise<unknown>> = {
    run,
    "run twice": () => Promise.all([run(), run()]),
    again: () => ask(who, { hold: booking.status === "held", paymentMethod: who.method.id }, at),
    event: () => Promise.all([run(), eventOf(who, at), eventOf(who, at)]),
    quote: () => Booking.quote(who.userId, who.id, at),
    cancel: () => Booking.cancel(who.userId, who.id, { quote: booking.cancellation?.id ?? "ore_none" }, at),
    pay: () => Booking.pay(who.userId, who.id, { paymentMethod: who.method.id, price: booking.total }, at),
    "bank says yes": () => answerBank(who, true),
    "bank says no": () => answerBank(who, false),
  };
  await acts[one]().catch((error: unknown) => {
    // What does not fit the booking now is refused, and nothing changes.
    if (!(error instanceof Problem)) throw error;
  });
}

const eventOf = (who: Buyer, at: Date) => Booking.hint(who.id, at);

async function answerBank({ id }: Buyer, yes: boolean): Promise<void> {
  const [row] = await sql`select bookings.payment_intent as intent from bookings where bookings.id = ${id}`;
  const isAsked = row?.intent && (await charges(id))?.state === "action";
  if (isAsked) stripe.answerChallenge(String(row.intent), yes);
}

/** One order and one charge at most; money is taken with an order that stands, and else let go or given back. */
async function checkEnd(who: Buyer, path: string): Promise<string> {
  const { status, payment } = await Booking.get(who.userId, who.id, new Date());
  const orders = duffel.orders.filter(({ metadata }) => metadata.booking === who.id);
  // An order that is not paid for ends by itself.
  const isPaid = ({ cancelled_at, payment_status }: (typeof orders)[number]) =>
    cancelled_at === null && !payment_status.awaiting_payment;
  const standing = orders.filter(isPaid).length;
  const money = await charges(who.id);
  const refunded = (money?.refunds ?? []).reduce((sum, { total }) => sum + total, 0);
  const left = (money?.state === "captured" ? money.captured : 0) - refunded;
  const fault = (text: string) =>
    new Error(`${text}: ${status} ${payment}, ${standing} of ${orders.length} orders stand, ${left} taken (${path})`);
  if (orders.length > 1) throw fault("several orders");
  if (status === "confirmed" ? standing !== 1 || left <= 0 || payment !== "paid" : left !== 0)
    throw fault("order and money do not fit");
  if (status !== "confirmed" && standing > 0) throw fault("an order stands for no booking");
  if (!["confirmed", "held", "failed", "expired", "cancelled"].includes(status)) throw fault("is not settled");
  if (money?.state === "authorized") throw fault("money is still reserved");
  return status;
}
