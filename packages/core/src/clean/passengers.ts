import { sql } from "../base/db.ts";

/** What is set in a row of `bookings` to remove all that is known of its passengers: their number stays. */
export const withoutPassengers = sql`
               passenger_data = (select jsonb_agg('{}'::jsonb) from jsonb_array_elements(bookings.passenger_data)),
               sealed = null,
               card = null,
               share_hash = null`;

/**
 * Removes what is known of the passengers 90 days after a journey, and with it tickets and the airline's reference; the
 * amounts stay for ten years, as the law asks. Then they go too. Skips locked rows, and may run several times at once.
 */
export async function forgetPassengers(
  at: Date,
  { batch = 1_000 } = {},
): Promise<{ emptied: number; deleted: number }> {
  const ends = sql`coalesce(bookings.arrives_at, bookings.created_at)`;
  const [emptied] = await sql`
    with gone as materialized (
      select bookings.id
        from bookings
       where ${ends} < ${at}::timestamptz - interval '90 days'
         and bookings.passenger_data @> '[{}]'
         and (bookings.sealed is not null or exists (
               select from jsonb_array_elements(bookings.passenger_data) as one where one <> '{}'::jsonb))
       limit ${batch}
         for no key update skip locked
    ), emptied as (
      update bookings
         set ${withoutPassengers}
       where bookings.id in (select gone.id from gone)
      returning bookings.id
    )
    select count(*)::int as count from emptied`;
  const [deleted] = await sql`
    with gone as (
      delete from bookings
       where bookings.id = any (array(
               select bookings.id
                 from bookings
                where ${ends} < ${at}::timestamptz - interval '10 years'
                limit ${batch}
                  for update skip locked))
      returning 1
    )
    select count(*)::int as count from gone`;
  return { emptied: Number(emptied?.count), deleted: Number(deleted?.count) };
}
