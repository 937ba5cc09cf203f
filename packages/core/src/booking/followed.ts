import { sql } from "../base/db.ts";

/** A hint that came while a worker had the booking is followed at once. */
export const orSooner = ({ hints }: { hints: number }, dueAt: string | null, at: Date) => sql`
             case when bookings.hints > ${hints} then least(${dueAt}::timestamptz, ${at}) else ${dueAt}::timestamptz end`;

/** A hint that was not followed yet is followed now, instead of the rest. */
export const orFollowed = (at: Date) => sql`
           step = case when bookings.hints > bookings.looked then 'remind' end,
           due_at = case when bookings.hints > bookings.looked then ${at}::timestamptz end,`;
