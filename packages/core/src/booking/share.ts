import { randomBytes } from "node:crypto";
import { sql } from "../base/db.ts";
import { hashOf } from "../base/hash.ts";
import type { FlightData } from "./kept.ts";
import { flownOf, missing, namesOfBookings } from "./read.ts";
import type { Shared } from "./schema.ts";

/** Makes a link to a user's booking that shows its flights alone; the one before works no more. @throws `booking.missing` */
export async function share(userId: string, id: string): Promise<{ path: string }> {
  const token = randomBytes(24).toString("base64url");
  await setHash(userId, id, hashOf(token));
  return { path: `/shared/${token}` };
}

/** Ends the link. @throws Problem `booking.missing` */
export const unshare = (userId: string, id: string): Promise<void> => setHash(userId, id, null);

async function setHash(userId: string, id: string, hash: string | null): Promise<void> {
  const rows = await sql`
    update bookings
       set share_hash = ${hash}
     where bookings.id = ${id}
       and bookings.user_id = ${userId}
    returning bookings.id`;
  if (rows.length === 0) throw missing();
}

/** What a link shows: our reference and the flights; no name, price, ticket or reference of the airline's. */
export async function shared(token: string): Promise<Shared> {
  const [row] = await sql`
    select bookings.booking_reference as reference,
           bookings.simulated,
           bookings.flight_data as flights
      from bookings
     where bookings.share_hash = ${hashOf(token)}
       and bookings.status in ('confirmed', 'held', 'changing', 'cancelling')`;
  if (!row) throw missing();
  const { flights, ...told } = row as { reference: string; simulated: boolean; flights: FlightData };
  const flown = flownOf(flights);
  return { ...told, ...flown, ...(await namesOfBookings([flown])) };
}
