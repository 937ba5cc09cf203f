import * as v from "valibot";
import * as Audit from "../audit.ts";
import { type Fragment, sql } from "../base/db.ts";
import * as Outbox from "../outbox.ts";
import * as Session from "../session.ts";
import { Info, type Row } from "./row.ts";

/** A user after a sign-in. */
export const SignedIn = v.object({ user: Info, session: Session.Info });
export type SignedIn = v.InferOutput<typeof SignedIn>;

/**
 * The answer to a right password where a code is asked for too: a ticket for the second step of the sign-in, until
 * `expiresAt` (UTC), 5 minutes. It opens nothing else.
 */
export const Ticket = v.object({ ticket: v.string(), expiresAt: v.pipe(v.string(), v.isoTimestamp()) });
export type Ticket = v.InferOutput<typeof Ticket>;

/**
 * Opens a session of a user whose sign-in was checked. `parts` are the parts of the statement that stores it, records
 * the sign-in and notifies the owner of a device that was not seen in the last year; they come first in its `with`. The
 * statement's failure is read by `Session.rejectOutrun`.
 */
export async function openSession(
  row: Pick<Row, "id" | "email">,
  at: Date,
  from: Audit.Client,
  start: Omit<Session.Start, "from">,
): Promise<{ session: Session.Info; sessionId: string; parts: Fragment }> {
  const to = { userId: row.id, email: row.email };
  const device = { device: Audit.describeDevice(from.device), at: at.toISOString() };
  const message = Outbox.enqueueParts("new_device", to, device, sql`not ${Audit.isKnownClient(row.id, from)}`);
  const { session, sessionId, statement } = await Session.issue(row.id, at, { from, ...start });
  const parts = sql`
      stored as (${statement}),
      counted as (${message.counted}),
      message as (${message.queued}),
      record as (${Audit.record("login", { ...from, userId: row.id, sessionId })})`;
  return { session, sessionId, parts };
}
