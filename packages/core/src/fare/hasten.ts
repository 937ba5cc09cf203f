import { sql } from "../base/db.ts";
import { hints } from "../base/due.ts";

/**
 * Makes these fares due at `at`, because a message waits for their price; of a basket, the fares whose price it has.
 * One that a sweep holds is left to it.
 */
export async function hasten(fareIds: string[], at: Date): Promise<void> {
  await hints.fares.note(at);
  await sql`
    with wanted as materialized (
      select fares.id
        from fares
       where (
               fares.id = any(${fareIds}::text[])
               or fares.id in (
                    select basket_fares.fare_id
                      from basket_fares
                      join fares as basket on basket.id = basket_fares.basket_id and basket_fares.price = basket.price
                     where basket_fares.basket_id = any(${fareIds}::text[])
                  )
             )
         and fares.basket is null
         and fares.due_at > ${at}::timestamptz
       order by fares.id
         for no key update skip locked
    )
    update fares
       set due_at = ${at},
           due_because = 'trigger'
      from wanted
     where fares.id = wanted.id`;
}
