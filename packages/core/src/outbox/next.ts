import { sql } from "../base/db.ts";
import * as Metric from "../base/metric.ts";

/**
 * When the next message is due, or an alert is to be planned (now); null when nothing waits. Reports for how long the
 * oldest due message has waited.
 */
export async function nextDue(at: Date): Promise<Date | null> {
  const [row] = await sql`
    select case
             when exists (select from alerts where alerts.planned_at is null) then ${at}::timestamptz
             else (
               select greatest(messages.due_at, messages.claimed_until)
                 from messages
                where messages.status = 'pending'
                order by messages.due_at
                limit 1
             )
           end as due`;
  const { due } = row as { due: Date | null };
  Metric.emit({ OldestMessageAge: [due ? Math.max(0, at.getTime() - due.getTime()) / 1000 : 0, "Seconds"] });
  return due;
}
