import { sql } from "./base/db.ts";
import { Problem } from "./base/error.ts";

type Fragment = ReturnType<typeof sql>;

/**
 * The rows of `statement`, for one who runs the service: `users.is_operator`, which no route can set. One request, in
 * which the statement carries the condition it is given, so that for nobody else it finds or changes anything.
 * @throws Problem `operator.required`
 */
export async function queryAsOperator<Row>(userId: string, statement: (allowed: Fragment) => Fragment): Promise<Row[]> {
  const own = sql`users where users.id = ${userId} and users.is_operator`;
  const [operators = [], rows] = await sql.transaction([
    sql`select from ${own}`,
    statement(sql`exists (select from ${own})`),
  ]);
  if (operators.length === 0) throw new Problem("forbidden", "operator.required", "Only operators may do that.");
  return rows as Row[];
}
