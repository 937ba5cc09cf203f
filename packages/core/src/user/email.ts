import * as v from "valibot";
import * as Audit from "../audit.ts";
import { sql, violated } from "../base/db.ts";
import * as Outbox from "../outbox.ts";
import * as Session from "../session.ts";
import * as Token from "../token.ts";
import { Email, emailKey } from "./field.ts";
import { taken, Verify } from "./proof.ts";

export const EmailChange = v.strictObject({ email: Email });

/**
 * Asks for another address: a link to the old one and a link to the new one, and when both were followed within 24
 * hours it is the account's. A new request takes the place of the one before. That the new address is taken is told
 * to nobody but its owner.
 * @throws ValiError, Problem `session.unproven`
 */
export async function requestEmail(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<void> {
  const { email } = v.parse(EmailChange, input);
  await Session.requireReauthentication(userId, sessionId, at);
  const key = emailKey(email);
  const holder = sql`users where users.email_key = ${key}`;
  const free = sql`not exists (select from ${holder})`;
  const owner = sql`select ${userId}::text as user_id, ${email}::text as email, ${key}::text as email_key where ${free}`;
  const before = Token.issue("email_change_old", owner, at);
  const after = Token.issue("email_change_new", owner, at);
  const own = sql`(select users.email from users where users.id = ${userId})`;
  const stranger = { userId: sql`(select users.id from ${holder})`, email: sql`(select users.email from ${holder})` };
  await sql.transaction([
    sql`select from users where users.id = ${userId} for update`,
    sql`
      delete from verification_tokens
       where verification_tokens.user_id = ${userId}
         and verification_tokens.purpose in ('email_change_old', 'email_change_new')`,
    before.statement,
    after.statement,
    Outbox.enqueue("email_change_old", { userId, email: own }, { ...before.link, email }, free),
    Outbox.enqueue("email_change_new", { userId, email }, after.link, free),
    Outbox.enqueue("email_taken", stranger, {}, sql`exists (select from ${holder} and users.id <> ${userId})`),
    Audit.record("email_change_requested", { ...from, userId, sessionId }),
  ]);
}

/**
 * Follows one of the two links. The second of them, whichever it is, changes the address, which is then proven, and
 * tells the old one.
 * @throws ValiError, Problem `token.invalid`, `user.email_taken` when somebody took the new address meanwhile
 */
export async function confirmEmail(input: unknown, at: Date, from: Audit.Client = {}): Promise<{ changed: boolean }> {
  const { token } = v.parse(Verify, input);
  const [row] = (await sql`
    select verification_tokens.user_id as "userId",
           verification_tokens.purpose,
           verification_tokens.email,
           verification_tokens.email_key as "emailKey"
      from verification_tokens
     where (${Token.isValid("email_change_old", token, at)} or ${Token.isValid("email_change_new", token, at)})
       and verification_tokens.uses = 0`) as Change[];
  if (!row) throw Token.invalid();
  const { userId, purpose, email } = row;
  const both = sql`
    2 = (
      select count(*)
        from verification_tokens
       where verification_tokens.user_id = ${userId}
         and verification_tokens.purpose in ('email_change_old', 'email_change_new')
         and verification_tokens.email_key = ${row.emailKey}
         and verification_tokens.uses = 1)`;
  const to = { userId, email: sql`(select users.email from users where users.id = ${userId})` };
  const [, , , , moved] = await Token.rejectReuse(
    sql.transaction([
      // Whoever follows the other link now waits here, and then sees that this one was followed.
      sql`select from users where users.id = ${userId} for update`,
      Token.consume(purpose, token, at),
      Outbox.enqueue("email_changed", to, { email, at: at.toISOString() }, both),
      Audit.record("email_changed", { ...from, userId }, both),
      sql`
        update users
           set email = ${email},
               email_key = ${row.emailKey},
               email_verified = true,
               updated_at = now()
         where users.id = ${userId}
           and ${both}
        returning users.id`,
      sql`
        delete from verification_tokens
         where verification_tokens.user_id = ${userId}
           and verification_tokens.purpose in ('verify', 'reset')
           and verification_tokens.uses = 0
           and ${both}`,
    ]),
  ).catch((error) => {
    throw violated(error) === "users_email_key_key" ? taken() : error;
  });
  return { changed: moved?.length === 1 };
}

type Change = { userId: string; purpose: "email_change_old" | "email_change_new"; email: string; emailKey: string };
