import { type Fragment, sql, transaction } from "./base/db.ts";
import { Problem } from "./base/error.ts";

/**
 * Returns the rows of `statement`, for an operator: `users.is_operator`, which no route can set. One request; the
 * statement carries the condition it is given, so that it finds and changes nothing for any other user. `lock` locks rows
 * before it, so that it reads them as they are then.
 * @throws Problem `operator.required`
 */
export async function queryAsOperator<Row>(
  userId: string,
  statement: (allowed: Fragment) => Fragment,
  lock?: (allowed: Fragment) => Fragment,
): Promise<Row[]> {
  const own = sql`users where users.id = ${userId} and users.is_operator`;
  const allowed = sql`exists (select from ${own})`;
  const { operators, rows } = await transaction({
    operators: sql`select from ${own}`,
    locked: lock ? lock(allowed) : [],
    rows: statement(allowed),
  });
  if (operators.length === 0) throw new Problem("forbidden", "operator.required", "Only operators may do that.");
  return rows as Row[];
}
