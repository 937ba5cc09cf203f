import { type Fragment, sql } from "../base/db.ts";
import { isBasket, isFare } from "./match.ts";

// The floor is a moment before which nothing is due: the one row of due_floor. A search for what is due begins there,
// because a long transaction keeps the index entries of all checks before, which lie below it. A trigger lowers the
// floor when a row of fares gets an earlier due_at.

/**
 * How far the floor stays behind a sweep: longer than a clock is wrong, and than a transaction lasts that makes a fare
 * due.
 */
const margin = sql`interval '1 hour'`;

/** The earliest due_at from `bound` on, of fares and baskets, leased ones included; null without any. */
function selectEarliest(bound: Fragment): Fragment {
  const earliest = (kind: Fragment) => sql`(
                 select fares.due_at
                   from fares
                  where ${kind}
                    and fares.due_at >= ${bound}
                  order by fares.due_at
                  limit 1
               )`;
  return sql`least(${earliest(isFare)}, ${earliest(isBasket)})`;
}

/**
 * A part of a claim of up to `limit` rows, `due`: where it has found fewer, it raises the floor, in steps of an hour at
 * least. It skips the floor when another claim has it.
 */
export function raiseFloor(at: Date, limit: number): Fragment {
  return sql`, raised as (
      update due_floor
         set moment = least(${selectEarliest(sql`due_floor.moment`)}, ${at}::timestamptz - ${margin})
        from (
               select
                 from due_floor
                where due_floor.moment < ${at}::timestamptz - 2 * ${margin}
                  and (select count(*) from due) < ${limit}
                  for no key update skip locked
             ) as free
    )`;
}

/** A part of a statement that lowers a floor which a fault has left above a due fare or basket. */
export const lowerFloor = sql`, lowered as (
      update due_floor
         set moment = due.earliest
        from (select ${selectEarliest(sql`'-infinity'`)} as earliest) as due
       where due_floor.moment > due.earliest
    )`;
