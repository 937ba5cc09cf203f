import * as v from "valibot";
import type * as Audit from "../audit.ts";
import { sql, transaction } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Factor from "../factor.ts";
import * as Session from "../session.ts";
import * as Token from "../token.ts";
import { columns, type Row, toInfo } from "./row.ts";
import { LoginCode, LoginPasskey } from "./schema.ts";
import { openSession, type SignedIn } from "./signin.ts";

type Found = Row & { passwordVersion: number };

/**
 * Ends a sign-in by password with a code of the user's app, or a recovery code. A wrong code leaves the ticket as it is.
 * @throws ValiError, Problem `user.ticket`, `factor.code`, `session.outrun`
 */
export async function loginByCode(input: unknown, at: Date, from: Audit.Client = {}): Promise<SignedIn> {
  const { ticket, code } = v.parse(LoginCode, input);
  const [found] = (await sql`
    select ${columns}, users.password_version as "passwordVersion"
      from verification_tokens
      join users on users.id = verification_tokens.user_id
     where ${Token.isValid("login", ticket, at)}
       and verification_tokens.uses = 0`) as Found[];
  if (!found) throw unknownTicket();
  const { passwordVersion, ...row } = found;
  const who = { ...from, userId: row.id };
  const codes = await Factor.checkCode(who, code, at);
  const byFactor = codes.length > 0;
  const { session, parts } = await openSession(row, at, from, { passwordVersion, byFactor });
  const change = () =>
    transaction({
      // First, because it locks the user's row, which a reset of the password has locked before it deletes the ticket.
      session: sql`with ${parts} select`,
      ticket: Token.consume("login", ticket, at),
      codes,
    });
  await Session.rejectOutrun(Factor.rejectTaken(() => rejectUsed(change()), who));
  return { user: await toInfo(row), session };
}

/** The user of a ticket in the body of a second step, for a limit; undefined for one that is not valid. */
export async function ownerOfTicket(input: unknown, at: Date): Promise<string | undefined> {
  const { ticket } = v.parse(LoginCode, input);
  const [row] = await sql`
    select verification_tokens.user_id as "userId"
      from verification_tokens
     where ${Token.isValid("login", ticket, at)}
       and verification_tokens.uses = 0`;
  return row && String(row.userId);
}

/** A ticket works once. @throws Problem `user.ticket` */
function rejectUsed<T>(change: Promise<T>): Promise<T> {
  return Token.rejectReuse(change).catch((error) => {
    throw error instanceof Problem ? unknownTicket() : error;
  });
}

/**
 * Signs in by a passkey alone, without an address: it was given only after its user was verified, so no code is asked
 * for.
 * @throws ValiError, Problem `passkey.refused`, `session.outrun`
 */
export async function loginByPasskey(input: unknown, at: Date, from: Audit.Client = {}): Promise<SignedIn> {
  const { credential } = v.parse(LoginPasskey, input);
  const { userId, passkeyId, statement } = await Factor.checkPasskey({ credential }, { purpose: "login" }, at, from);
  const [found] = (await sql`
    select ${columns}, users.password_version as "passwordVersion"
      from users
     where users.id = ${userId}`) as Found[];
  if (!found) throw new Problem("auth", "session.outrun", "The account changed meanwhile. Please sign in again.");
  const { passwordVersion, ...row } = found;
  const { session, parts } = await openSession(row, at, from, { passwordVersion, passkeyId });
  const change = () => transaction({ session: sql`with ${parts} select`, statement });
  await Session.rejectOutrun(Factor.rejectReplay(change, { ...from, userId }));
  return { user: await toInfo(row), session };
}

function unknownTicket(): Problem {
  return new Problem("auth", "user.ticket", "This sign-in took too long. Please give your password again.");
}
