import { type Fragment, sql } from "../base/db.ts";

/** The tables of the old files, as the ledger names them. */
export type Source = "users" | "watches" | "bookings" | "searches" | "passenger_profiles";

/** What the row whose `legacy_id` this is lost on the way: a value of the statement that reads the row. */
export const of = (source: Source, legacyId: Fragment) => sql`
           (
             select jsonb_build_object('why', moved_rows.why)
               from moved_rows
              where moved_rows.source = ${source}::text
                and moved_rows.old_id = ${legacyId}
           )`;

/** How many of each kind moved to an account: a value of the statement that has the account's id. */
export const countsOf = (userId: Fragment) => sql`
           jsonb_build_object(
             'watches', (select count(*) from price_watches
                          where price_watches.user_id = ${userId} and price_watches.legacy_id is not null),
             'bookings', (select count(*) from bookings
                           where bookings.user_id = ${userId} and bookings.legacy_id is not null),
             'travelers', (select count(*) from travelers
                            where travelers.user_id = ${userId} and travelers.legacy_id is not null),
             'searches', (select count(*) from search_analytics
                           where search_analytics.user_id = ${userId} and search_analytics.legacy_id is not null)
           )`;

/** The condition that a row of the ledger is of an account, or of what it has. */
export const isOf = (userId: string): Fragment => sql`
           moved_rows.new_id = any (array(
             select ${userId}::text
              union all
             select price_watches.id from price_watches where price_watches.user_id = ${userId}
              union all
             select bookings.id from bookings where bookings.user_id = ${userId}
              union all
             select travelers.id from travelers where travelers.user_id = ${userId}
              union all
             select search_analytics.id
               from search_analytics
              where search_analytics.user_id = ${userId}
                and search_analytics.legacy_id is not null))`;

/**
 * A statement that empties the ledger's rows of an account and of what it has, for the transaction that deletes the account
 * and before that. The old ids stay, so that a later run of the importer brings nothing back.
 */
export const forget = (userId: string): Fragment => sql`
    update moved_rows
       set why = '{}',
           read_digest = '',
           written_digest = ''
     where ${isOf(userId)}`;
