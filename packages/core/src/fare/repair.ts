import { sql } from "../base/db.ts";
import { watched } from "./claim.ts";

/**
 * Makes those fares due that somebody watches and that are not. Whoever begins to watch makes them due; but one that a
 * sweep holds just then, as nobody's, is tried again a moment later, and who dies in that moment leaves it as it is.
 * What somebody else holds is left for the next time.
 */
export async function repair(at: Date): Promise<{ roused: number }> {
  const rows = await sql`
    with resting as materialized (
      select fares.id
        from fares
       where fares.due_at is null
         and fares.basket is null
         and fares.departure_date > (${at}::timestamptz at time zone 'utc')::date - 2
         and (${watched})
       order by fares.id
         for no key update of fares skip locked
    )
    update fares
       set due_at = ${at},
           due_because = 'new'
      from resting
     where fares.id = resting.id
    returning fares.id`;
  return { roused: rows.length };
}
