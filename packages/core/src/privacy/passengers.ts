import { sql } from "../base/db.ts";

/** What is set in a row of `bookings` to remove all that is known of its passengers: their number stays. */
export const withoutPassengers = sql`
               passenger_data = (select jsonb_agg('{}'::jsonb) from jsonb_array_elements(bookings.passenger_data)),
               sealed = null,
               card = null,
               share_hash = null`;
