import { type Fragment, sql } from "./db.ts";

/** The tables whose rows are claimed: each has the columns `id`, `claimed_until`, `attempts` and `fence`. */
type Table = "fares" | "messages" | "exports";

// How claiming works. A worker claims free rows in one statement, which skips rows that another transaction has locked,
// gives them a lease on Postgres's clock, because the clocks of workers differ, and raises their fence. The row is free
// again when the lease ends, so a worker may be killed anywhere. It settles a row only under the fence of its own claim:
// once another worker has claimed the row, the overtaken worker changes nothing.

/** The condition that no worker holds the row. */
export function isFree(table: Table): Fragment {
  const name = sql.unsafe(table);
  return sql`(${name}.claimed_until is null or ${name}.claimed_until < now())`;
}

/** Locks the selected rows and skips those that another transaction has locked, so that claims never wait. */
export function lockFree(table: Table): Fragment {
  return sql`for no key update of ${sql.unsafe(table)} skip locked`;
}

/** The assignments that count a claim and overtake the one before. */
export function raiseFence(table: Table): Fragment {
  const name = sql.unsafe(table);
  return sql`attempts = ${name}.attempts + 1,
           fence = ${name}.fence + 1`;
}

/** The condition that the row is still held under this claim. */
export function isHeld(table: Table, { id, fence }: { id: string; fence: string }): Fragment {
  const name = sql.unsafe(table);
  return sql`${name}.id = ${id}
       and ${name}.fence = ${fence}::bigint`;
}

/**
 * The statement that claims up to `limit` rows of a queue: free ones that are `due`, in `order`, for the interval `lease`.
 * Returns `columns` of each; `fence::text` must be among them.
 */
export function claimRows(
  table: "messages" | "exports",
  claim: { due: Fragment; order: Fragment; limit: number; lease: Fragment; columns: Fragment },
): Fragment {
  const name = sql.unsafe(table);
  return sql`
    with due as materialized (
      select ${name}.id
        from ${name}
       where ${claim.due}
         and ${isFree(table)}
       order by ${claim.order}
       limit ${claim.limit}
         ${lockFree(table)}
    )
    update ${name}
       set claimed_until = now() + ${claim.lease},
           ${raiseFence(table)}
      from due
     where ${name}.id = due.id
    returning ${claim.columns}`;
}
