import { sql } from "../base/db.ts";

/** Counts a user's unread alerts, by the index of unread ones: an answer that a screen shows has them for its badge. */
export const selectUnread = (userId: string) => sql`
    select count(*)::int as unread
      from alerts
     where alerts.user_id = ${userId}
       and alerts.read_at is null`;

export const toUnread = (rows: Record<string, unknown>[]): number => (rows as { unread: number }[])[0]?.unread ?? 0;
