import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import * as Session from "@travel-conductor/core/session";
import * as User from "@travel-conductor/core/user";
import type pg from "pg";
import { opening } from "../sweep/market.ts";
import { seeded } from "./random.ts";

/** A user with a proven address, a session and five watches, and the network address of their requests. */
export type Person = { id: string; email: string; token: string; address: string };

export const password = "nine small green boats";
/** Airports with flights to all others of the list in the simulated market. */
const airports = `
  LHR LGW STN MAN EDI DUB AMS CDG ORY FRA MUC BER ZRH GVA VIE MXP FCO BCN MAD LIS OPO ATH CPH ARN OSL HEL WAW PRG BUD
  IST DXB SIN HND DEL BKK HKG ICN SYD JFK EWR BOS MIA ORD LAX SFO SEA YYZ GRU MEX CPT`
  .trim()
  .split(/\s+/);

/** The 2,000 routes that are searched and watched, the most popular first. */
export const journeys = shuffled(airports.flatMap((origin) => airports.map((destination) => ({ origin, destination }))))
  .filter(({ origin, destination }) => origin !== destination)
  .slice(0, 2_000);
/** Watches on each route. */
const watchesEach = 5;

function shuffled<T>(all: T[]): T[] {
  const dice = seeded(18);
  return all
    .map((one) => [dice(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}

const day = 86_400_000;

/** The day of all stored searches: 60 days from the start of the run. */
export const departureDate = new Date(Date.now() + 60 * day).toISOString().slice(0, 10);

/** Fills an empty database with people, and their watches on the routes. */
export async function fillWorld(client: pg.Client, count: number): Promise<Person[]> {
  const { user } = await User.create(
    {
      email: "first@example.com",
      password,
      firstName: "Ada",
      lastName: "Ling",
    } as never,
    new Date(),
  );
  const ids = Array.from({ length: count }, () => newId("usr"));
  await client.query(
    `insert into users (id, email, email_key, email_verified, password_hash, first_name, last_name)
     select made.id, made.id || '@example.com', made.id || '@example.com', true, first.password_hash, 'Robin', 'Example'
       from unnest($1::text[]) as made (id)
       join users as first on first.id = $2`,
    [ids, user.id],
  );
  const people: Person[] = [];
  for (const [index, id] of ids.entries()) {
    const { session, statement } = await Session.issue(id, new Date());
    await statement;
    const address = `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
    people.push({ id, email: `${id}@example.com`, token: session.token, address });
  }
  await fillWatches(client, ids);
  return people;
}

async function fillWatches(client: pg.Client, ids: string[]): Promise<void> {
  const rows = journeys.map((journey, index) => ({ ...journey, price: opening(index) }));
  const today = Math.floor(Date.now() / day);
  await client.query(
    `insert into fares
       (id, origin, destination, departure_date, cabin, adults, currency, due_at, checked_at, status, price, priced_at,
        lowest, highest, days, day_lows, source)
     select 'far_' || lpad(index::text, 8, '0'), origin, destination, $4::date, 'economy', 1, 'GBP',
            now() + interval '1 day', now() - interval '1 hour', 'ok', price, now() - interval '1 hour', price, price,
            array[$5::int - 2, $5::int - 1], array_fill(price, array[2]), 'simulator'
       from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as row (origin, destination, price, index)`,
    [
      rows.map((row) => row.origin),
      rows.map((row) => row.destination),
      rows.map((row) => row.price),
      departureDate,
      today,
    ],
  );
  await client.query(
    `insert into price_watches
       (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, alert_threshold, state)
     select 'wch_' || right(fares.id, 8) || lpad(number::text, 4, '0'),
            ($1::text[])[1 + (right(fares.id, 8)::int * $2::int + number) % cardinality($1::text[])],
            origin, destination, departure_date, cabin, adults, currency, 0.1, json_build_object('first', price)
       from fares cross join generate_series(0, $2::int - 1) as number`,
    [ids, watchesEach],
  );
  await client.query(
    `insert into watch_fares (watch_id, fare_id, wake_below, wake_drop, wake_first)
     select id, 'far_' || substr(id, 5, 8), 0, 1000, floor((state->>'first')::bigint * 0.9) from price_watches`,
  );
  await client.query("vacuum analyze");
}

/**
 * Makes `count` fares due now, those that were not checked for longest: a sweep prices them beside the people's
 * requests. Returns the number of fares.
 */
export async function makeDue(count: number): Promise<number> {
  const rows = await sql`
    update fares
       set due_at = now()
     where fares.id in (
             select fares.id
               from fares
              where fares.due_at > now()
                and fares.claimed_until is null
                and fares.basket is null
              order by fares.checked_at
              limit ${count}
                for no key update skip locked
           )
    returning fares.id`;
  return rows.length;
}
