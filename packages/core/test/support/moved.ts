import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { sealAll } from "../../src/base/vault.ts";
import { sealPassengers } from "../../src/booking/order.ts";
import type * as Moved from "../../src/moved.ts";
import * as a from "./factory.ts";

let count = 0;
const oldId = (kind: string) => `${kind}_17301241914${String(++count).padStart(2, "0")}_k3j9x2m1a`;

/** The importer's entry for a row here. */
export async function noted(source: Moved.Source, id: string, newId: string, why: string[] = [], fate = "imported") {
  await sql`
    insert into moved_rows (source, old_id, new_id, fate, why, read_digest, written_digest)
    values (${source}, ${id}, ${newId}, ${fate}, ${why}::text[], 'read', 'written')`;
}

const tables = {
  users: "users",
  watches: "price_watches",
  bookings: "bookings",
  searches: "search_analytics",
  passenger_profiles: "travelers",
} as const;

/** Makes a row here one that was moved in, and returns its old id. */
export async function mark(source: Moved.Source, id: string, why: string[] = []): Promise<string> {
  const old = oldId(source);
  const table = sql.unsafe(tables[source]);
  await sql`update ${table} set legacy_id = ${old} where ${table}.id = ${id}`;
  await noted(source, old, id, why);
  return old;
}

/** A user who was moved in, with an address that is not proven; `email` as it was in the old file. */
export async function user(why: string[] = [], email?: string): Promise<string> {
  const userId = await a.user();
  await sql`delete from messages where messages.user_id = ${userId}`;
  if (email !== undefined)
    await sql`update users set email = ${email}, email_key = ${email} where users.id = ${userId}`;
  await mark("users", userId, why);
  return userId;
}

/** A traveler without title, day of birth and gender, unless `over` has them. */
export async function traveler(userId: string, over: object = {}, why: string[] = []): Promise<string> {
  const id = newId("tvl");
  const person = {
    ...{ givenName: "", familyName: "Ling", bornOn: null, gender: null, title: null, email: "ada@example.com" },
    ...{ phone: null, phoneAsGiven: "415-555-0199", knownTravelerNumber: null, redressNumber: null, loyalty: [] },
    address: { lines: ["12 Rue de l’Église"], city: "Paris", postal: "75001", country: "FR" },
    ...over,
  };
  const [sealed] = await sealAll("travelers", [{ id, owner: userId, value: person }]);
  await sql`insert into travelers (id, user_id, sealed) values (${id}, ${userId}, ${sealed})`;
  await mark("passenger_profiles", id, why);
  return id;
}

const passenger = {
  ...{ givenName: "", familyName: "Ling", kind: "adult", bornOn: null, gender: null, email: null, phone: null },
  ...{ phoneAsGiven: null, address: null },
};

type Kind = { status?: string; why?: string[]; isSealed?: boolean; familyName?: string };

/** A booking of a round trip for one passenger, with places and days alone; `isSealed`: with the passenger's data. */
export async function booking(
  userId: string,
  [departs, returns]: [string, string],
  { status = "confirmed", why = [], isSealed = true, familyName = "Ling" }: Kind = {},
): Promise<string> {
  const id = newId("bkg");
  const passengers = isSealed ? await sealPassengers(id, userId, [{ ...passenger, familyName } as never]) : [{}];
  const flights = { origin: "DFW", destination: "FCO", departureDate: departs, returnDate: returns, airline: "AA" };
  await sql`
    insert into bookings
      (id, user_id, booking_reference, flight_data, passenger_data, total_price, currency, status, departs_at, arrives_at)
    values (${id}, ${userId}, ${`eJzTd9f3 ${id}`}, ${JSON.stringify(flights)}::jsonb, ${JSON.stringify(passengers)}::jsonb,
            716670, 'TRY', ${status}, ${departs}::date, ${returns}::date + 1)`;
  await mark("bookings", id, why);
  return id;
}

export async function search(userId: string, why: string[] = []): Promise<string> {
  const id = newId("sch");
  await sql`
    insert into search_analytics (id, created_at, user_id, origin_code, destination_code, passenger_count, status)
    values (${id}, now(), ${userId}, 'DEN', 'AMS', 5, 'ok')`;
  await mark("searches", id, why);
  return id;
}
