import { expect, test } from "vitest";
import * as Audit from "../src/audit.ts";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Overview from "../src/overview.ts";
import * as a from "./support/factory.ts";
import { operator } from "./support/searches.ts";
import { afterNoon, minute } from "./support/sweep.ts";

test("says what waits, for how long, and what happened to accounts; only to an operator", async () => {
  const boss = await operator();
  const { id, userId } = await a.watch();
  await sql`delete from messages`;
  await sql`delete from account_events`;
  await sql`
    update fares set due_at = ${afterNoon(-10 * minute)}
     where fares.id in (select watch_fares.fare_id from watch_fares where watch_fares.watch_id = ${id})`;
  for (const due of [-30, -20, 5])
    await sql`
      insert into messages (id, kind, email, data, due_at)
      values (${newId("msg")}, 'verify', 'someone@example.com', '{}', ${afterNoon(due * minute)})`;
  for (const event of ["login", "login_failed", "login_failed"] as const) await Audit.record(event, { userId });
  await sql`update account_events set at = at - interval '3 days' where account_events.event = 'login'`;

  const { queues, events } = await Overview.get(boss, a.noon, new Date());
  expect(queues).toEqual([
    { name: "fares", waiting: 1, oldestDueSeconds: 600 },
    { name: "alerts", waiting: 0, oldestDueSeconds: null },
    { name: "messages", waiting: 2, oldestDueSeconds: 1800 },
    ...["bookings", "exports", "cards"].map((name) => ({ name, waiting: 0, oldestDueSeconds: null })),
  ]);
  expect(events).toEqual([
    { name: "login", lastDay: 0, weekBefore: 1 },
    { name: "login_failed", lastDay: 2, weekBefore: 0 },
  ]);
  await expect(Overview.get(userId, a.noon, new Date())).rejects.toMatchObject({ code: "operator.required" });
});
