import { sql } from "@travel-conductor/core/base/db";
import { hints } from "@travel-conductor/core/base/due";
import { newId } from "@travel-conductor/core/base/id";
import * as Booking from "@travel-conductor/core/booking";
import * as Flight from "@travel-conductor/core/flight";
import * as Traveler from "@travel-conductor/core/traveler";
import { app } from "@travel-conductor/functions/api/index";
import type { startDuffel } from "@travel-conductor/local/duffel";
import { ada } from "@travel-conductor/local/testing/people";
import { ratio } from "../figures.ts";
import { counting } from "../measure.ts";
import { startProgram } from "../program.ts";

type Duffel = Awaited<ReturnType<typeof startDuffel>>;

const ordersInAll = 10_000;
const sought = 100;
const ordersAPage = 200;

/** Counts the requests to Postgres of a new booking and of a list of 25, and the pages of orders that are sought. */
export async function orders(duffel: Duffel) {
  Object.assign(duffel.rate, { limit: 10_000, remaining: 10_000 });
  const made = counting();
  const count = async (call: () => Response | Promise<Response>) => {
    const before = made().postgres;
    const response = await call();
    if (!response.ok) throw new Error(`answered ${response.status}: ${await response.text()}`);
    await response.text();
    return made().postgres - before;
  };
  const buyer = await createBuyer();
  // The first one in a process reads the data keys.
  const [first, second] = [await findFlights(buyer), await findFlights(buyer)];
  await count(() => call(buyer, "POST", "/v1/bookings", first));
  const create = await count(() => call(buyer, "POST", "/v1/bookings", second));
  await copyBookings(buyer.userId, 25);
  const list = await count(() => call(buyer, "GET", "/v1/bookings?limit=25"));
  const { pages, peak } = await seek(duffel, buyer.userId);
  const needed = ordersInAll / ordersAPage;
  console.log(`a new booking: ${create} requests to Postgres; a list of 25: ${list}`);
  console.log(
    `${sought} orders sought among ${ordersInAll}: ${pages} pages, ${needed} needed, with at most ${peak} MB`,
  );
  return {
    postgres_requests_create: create,
    postgres_requests_list: list,
    list_pages_per_needed: ratio(pages, needed),
    peak_mb: peak,
  };
}

type Buyer = Awaited<ReturnType<typeof createBuyer>>;

async function createBuyer() {
  const signup = { email: "ada@example.com", password: "nine small green boats", firstName: "Ada" };
  const response = await send("POST", "/v1/auth/signup", {}, signup);
  const { session, user } = (await response.json()) as { session: { token: string }; user: { id: string } };
  await sql`update users set email_verified = true where users.id = ${user.id}`;
  const { id: traveler } = await Traveler.create(user.id, ada, new Date());
  return { userId: user.id, token: session.token, traveler };
}

let days = 30;

/** What a buyer sends to hold the seats of an offer of a new day, which no other buyer was shown. */
async function findFlights(buyer: Buyer): Promise<object> {
  const departureDate = new Date(Date.now() + ++days * 86_400_000).toISOString().slice(0, 10);
  const found = await Flight.search({ origin: "JFK", destination: "EWR", departureDate, currency: "GBP" }, new Date());
  return {
    offer: found.items[0]?.id,
    travelers: [buyer.traveler],
    paymentMethod: null,
    hold: true,
    terms: Booking.currentTerms,
  };
}

const call = ({ token }: Buyer, method: string, path: string, body?: object) =>
  send(method, path, { authorization: `Bearer ${token}`, "idempotency-key": newId("bkg") }, body);

const send = (method: string, path: string, headers: Record<string, string>, body?: object) =>
  app.request(
    path,
    {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    },
    { requestContext: { http: { sourceIp: "203.0.113.10" } } },
  );

/** Adds `count` copies of a user's first booking, confirmed and without a next step. */
const copyBookings = (userId: string, count: number) => sql`
  insert into bookings
    (id, user_id, booking_reference, flight_data, passenger_data, total_price, currency, status, offer, simulated,
     departs_at, arrives_at)
  select one.id || n, one.user_id, one.id || n, one.flight_data, one.passenger_data, one.total_price, one.currency,
         'confirmed', one.offer, one.simulated, one.departs_at, one.arrives_at
    from (select * from bookings where bookings.user_id = ${userId} order by bookings.id limit 1) as one,
         generate_series(1, ${count}) as n`;

/**
 * Has the bundled Lambda look for the orders of a user's copied bookings. Returns how many pages of orders were read, and
 * the most memory (MB) of its process.
 */
async function seek(duffel: Duffel, userId: string): Promise<{ pages: number; peak: number }> {
  await sql`delete from bookings where bookings.user_id = ${userId} and bookings.status = 'confirmed'`;
  await copyBookings(userId, sought);
  const rows = await sql`
    update bookings
       set status = 'unknown', step = 'find', due_at = now(), step_at = now(), asked_at = now() - interval '1 hour'
     where bookings.user_id = ${userId}
       and bookings.status = 'confirmed'
    returning bookings.id, bookings.total_price::text as total`;
  if (rows.length !== sought) throw new Error(`${rows.length} bookings seek their order`);
  await sql`update bookings set step = null, due_at = null where bookings.user_id = ${userId} and bookings.step <> 'find'`;
  const each = ordersInAll / sought;
  for (let n = 0; n < ordersInAll; n++) {
    const row = n % each === 0 ? rows[n / each] : undefined;
    duffel.orders.push({
      id: newId("sch").replace("sch", "ord"),
      booking_reference: "RZPNX8",
      offer_id: "off_1",
      total_amount: row ? String(row.total) : "100.50",
      total_currency: "GBP",
      created_at: new Date().toISOString(),
      cancelled_at: null,
      payment_status: {
        awaiting_payment: false,
        payment_required_by: null,
        price_guarantee_expires_at: null,
        paid_at: new Date().toISOString(),
      },
      documents: [{ type: "electronic_ticket", unique_identifier: "125-1230984567" }],
      available_actions: ["cancel"],
      slices: [],
      metadata: row ? { by: "travel-conductor", booking: String(row.id) } : {},
    });
  }
  duffel.seen.length = 0;
  await hints.bookings.noteCommitted(new Date(), new Date());
  const program = await startProgram(new URL("./bundle.ts", import.meta.url));
  const peak = await program.ask<number>("run");
  await program.stop();
  const [found] = await sql`
    select count(*)::int as count from bookings where bookings.user_id = ${userId} and bookings.status = 'confirmed'`;
  if (found?.count !== sought) throw new Error(`${found?.count} of ${sought} orders were found`);
  return { pages: duffel.seen.filter(({ call }) => call.startsWith("GET /air/orders?")).length, peak };
}
