import * as Audit from "../audit.ts";
import { type Fragment, sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Outbox from "../outbox.ts";
import * as Session from "../session.ts";

type Change = Outbox.Data["factor_changed"]["change"];

/** The statements that record a change in the account's trail and notify its owner; nothing where `given` is false. */
export function note(change: Change, who: Audit.Actor & { userId: string }, at: Date, given?: Fragment): Fragment[] {
  const to = {
    userId: who.userId,
    email: sql`(select users.email from users where users.id = ${who.userId})`,
    emailKey: sql`(select users.email_key from users where users.id = ${who.userId})`,
  };
  return [
    Audit.record(change, who, given),
    Outbox.enqueue("factor_changed", to, { change, at: at.toISOString() }, given),
  ];
}

/**
 * Requires what every change of a factor requires: that the user was authenticated in this session in the last 10
 * minutes, with a second factor where the account requires one, and that the account's address is proven, because the
 * notice goes there. Returns that address.
 * @throws Problem `factor.required`, `session.unproven`, `user.unproven`
 */
export async function requireOwner(userId: string, sessionId: string, at: Date): Promise<string> {
  const { required, given } = await Session.factorOf(userId, sessionId);
  if (required && !given) throw Session.lackingFactor();
  await Session.requireReauthentication(userId, sessionId, at);
  const [row] = await sql`select users.email from users where users.id = ${userId} and users.email_verified`;
  if (row) return String(row.email);
  throw new Problem("forbidden", "user.unproven", "Please confirm your e-mail address first.");
}

/** Locks the user's row, so that changes of one user's factors run one after another. A sign-in does not wait. */
export const lockUser = (userId: string) => sql`select from users where users.id = ${userId} for no key update`;
