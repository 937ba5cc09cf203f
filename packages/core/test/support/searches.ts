import { randomUUID } from "node:crypto";
import * as v from "valibot";
import * as Analytics from "../../src/analytics.ts";
import { inOwnRequest } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { Criteria } from "../../src/flight.ts";
import * as Session from "../../src/session.ts";
import * as a from "./factory.ts";

export const day = 86_400_000;

export type SearchInput = { at: Date; token?: string | undefined } & Partial<v.InferInput<typeof Criteria>>;

/** From STN to BGY sixty days ahead, for one adult, in pounds. */
export function criteria(at: Date, over: object = {}) {
  const departureDate = new Date(at.getTime() + 60 * day).toISOString().slice(0, 10);
  return v.parse(Criteria, { origin: "STN", destination: "BGY", departureDate, currency: "GBP", ...over });
}

/** Notes searches as the API does, in one request; without a user unless there is a `token`. */
export function recordSearches(...searches: SearchInput[]): Promise<(string | undefined)[]> {
  return inOwnRequest((questions) =>
    Promise.all(
      searches.map(({ at, token, ...over }) => {
        const sessionId = token === undefined ? null : Session.lookup(token).sessionId;
        return Analytics.recordSearch(questions, {
          at,
          sessionId,
          requestId: randomUUID(),
          criteria: criteria(at, over),
        });
      }),
    ),
  );
}

/** A user who is signed in from `at` on. */
export async function signedInUser(at: Date): Promise<{ userId: string; token: string }> {
  const userId = await a.user();
  return { userId, token: (await a.session(userId, at)).token };
}

/** A user who is an operator. */
export async function operator(): Promise<string> {
  const userId = await a.user();
  await sql`update users set is_operator = true where users.id = ${userId}`;
  return userId;
}

/** Flushes at a moment when everything noted until now may be written. */
export function flush(options?: Parameters<typeof Analytics.flush>[1]) {
  return Analytics.flush(new Date(Date.now() + 60_000), options);
}

/** A booking from STN to BGY for one traveler in pounds, by `userId` at `at`. */
export async function createBooking(
  userId: string | null,
  at: Date,
  total: number,
  over: Record<string, unknown> = {},
) {
  const { status = "confirmed", currency = "GBP", travellers = 1, origin = "STN" } = over;
  const flight = { origin, destination: "BGY" };
  await sql`
    insert into bookings (
      id, user_id, booking_reference, flight_data, passenger_data, total_price, currency, status, created_at)
    values (${newId("sch")}, ${userId}, ${newId("sch")}, ${JSON.stringify(flight)}::jsonb,
            ${JSON.stringify(Array(travellers).fill({}))}::jsonb, ${total}, ${currency}, ${status}, ${at})`;
}
