import * as v from "valibot";
import * as Audit from "../audit.ts";
import { type Fragment, orMade, sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { emailKey } from "../base/mailbox.ts";
import * as Outbox from "../outbox.ts";
import * as Token from "../token.ts";
import { Compared } from "./field.ts";
import { withFloor } from "./floor.ts";

export const Address = v.strictObject({ email: Compared });
export const Verify = v.strictObject({ token: Token.Token });

/** Proves an address: a token for its account, and the message with the link. */
export function proof(userId: string, at: Date) {
  const owner = sql`
    select users.id as user_id, users.email, users.email_key
      from users
     where users.id = ${userId}`;
  return requestByEmail("verify", owner, at);
}

/**
 * A token for the account that `owner` selects, and its message; without an account neither, with the same two
 * statements.
 */
export function requestByEmail(purpose: "verify" | "reset", owner: Fragment, at: Date) {
  const { link, statement } = Token.issue(purpose, owner, at);
  const to = {
    userId: sql`(select owner.user_id from (${owner}) as owner)`,
    email: sql`(select owner.email from (${owner}) as owner)`,
    emailKey: sql`(select owner.email_key from (${owner}) as owner)`,
  };
  return [statement, Outbox.enqueue(purpose, to, link, sql`exists (${owner})`)];
}

/**
 * Marks the account's address as proven, by the token sent there within the last 24 hours.
 * @throws ValiError, Problem `token.invalid`
 */
export async function verify(input: unknown, at: Date): Promise<void> {
  const { token } = v.parse(Verify, input);
  const proven = sql`
    with used as (${Token.consume("verify", token, at)})
    update users
       set email_verified = true,
           updated_at = now()
      from used
     where users.id = used.user_id
       and users.email_key = used.email_key
    returning users.id`;
  const rows = await Token.rejectReuse(orMade(proven, () => Token.ownerOfUsed(token)));
  if (rows.length === 0) throw Token.invalid();
}

/** Sends the link again, if an account has this address and it is not proven yet. The answer does not reveal which. */
export async function resend(input: unknown, at: Date): Promise<void> {
  const { email } = v.parse(Address, input);
  const owner = sql`
    select users.id as user_id, users.email, users.email_key
      from users
     where users.email_key = ${emailKey(email)}
       and not users.email_verified`;
  await withFloor(() => sql.transaction(requestByEmail("verify", owner, at)), "always");
}

/** The answer to a wrong password, with the event recorded for the account. One request. */
export async function wrongPassword(who: Audit.Actor): Promise<Problem> {
  await Audit.record("login_failed", who);
  return new Problem("auth", "user.credentials", "The e-mail address or the password is wrong.");
}

export function emailTaken(): Problem {
  return new Problem("conflict", "user.email_taken", "There is an account with this e-mail address.");
}
