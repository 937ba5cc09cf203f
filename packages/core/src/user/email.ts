import * as v from "valibot";
import * as Audit from "../audit.ts";
import { orMade, sql, transaction, violatedConstraint } from "../base/db.ts";
import { emailKey } from "../base/mailbox.ts";
import * as Outbox from "../outbox.ts";
import * as Session from "../session.ts";
import * as Token from "../token.ts";
import { emailTaken, Verify } from "./proof.ts";
import { EmailChange } from "./schema.ts";

/**
 * Requests a new address: sends a link to the old address and one to the new address; when both are followed within 24
 * hours the new address becomes the account's. A new request replaces the one before. Only the owner of the new address
 * learns that it is taken.
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
  const old = { userId, ...addressOf(userId) };
  const stranger = {
    userId: sql`(select users.id from ${holder})`,
    email: sql`(select users.email from ${holder})`,
    emailKey: sql`${key}::text`,
  };
  await sql.transaction([
    // Not `for update`: messages that refer to this user would wait for it, and two requests for each other's address for
    // each other.
    sql`select from users where users.id = ${userId} for no key update`,
    sql`
      delete from verification_tokens
       where verification_tokens.user_id = ${userId}
         and verification_tokens.purpose in ('email_change_old', 'email_change_new')`,
    before.statement,
    after.statement,
    Outbox.enqueue("email_change_old", old, { ...before.link, email }, free),
    Outbox.enqueue("email_change_new", { userId, email }, after.link, free),
    Outbox.enqueue("email_taken", stranger, {}, sql`exists (select from ${holder} and users.id <> ${userId})`),
    Audit.record("email_change_requested", { ...from, userId, sessionId }),
  ]);
}

/**
 * Follows one of the two links. The second one, in either order, changes the address, which is then proven, and
 * notifies the old address.
 * @throws ValiError, Problem `token.invalid`, `user.email_taken` when the new address was taken meanwhile
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
  const to = { userId, ...addressOf(userId) };
  const change = transaction({
    // A request with the other link waits here for the lock, and then sees that this link was followed.
    lockedUser: sql`select from users where users.id = ${userId} for update`,
    followed: Token.consume(purpose, token, at),
    notified: Outbox.enqueue("email_changed", to, { email, at: at.toISOString() }, both),
    recorded: Audit.record("email_changed", { ...from, userId }, both),
    moved: sql`
      update users
         set email = ${email},
             email_key = ${row.emailKey},
             email_verified = true,
             updated_at = now()
       where users.id = ${userId}
         and ${both}
      returning users.id`,
    waiting: Outbox.readdress(userId, email, both),
    otherLinks: sql`
      delete from verification_tokens
       where verification_tokens.user_id = ${userId}
         and verification_tokens.purpose in ('verify', 'reset')
         and verification_tokens.uses = 0
         and ${both}`,
  });
  const { moved } = await Token.rejectReuse(orMade<Moved>(change, () => wasFollowed(row, token))).catch((error) => {
    throw violatedConstraint(error) === "users_email_key_key" ? emailTaken() : error;
  });
  return { changed: moved.length === 1 };
}

type Moved = { moved: Record<string, unknown>[] };

/** After a lost answer: whether the link was followed, and if so, whether the account has moved. */
async function wasFollowed({ userId, emailKey }: Change, token: string): Promise<Moved | undefined> {
  if (!(await Token.ownerOfUsed(token))) return undefined;
  return { moved: await sql`select from users where users.id = ${userId} and users.email_key = ${emailKey}` };
}

/** The address of an account as it is in the statement, with its key. */
function addressOf(userId: string) {
  return {
    email: sql`(select users.email from users where users.id = ${userId})`,
    emailKey: sql`(select users.email_key from users where users.id = ${userId})`,
  };
}

type Change = { userId: string; purpose: "email_change_old" | "email_change_new"; email: string; emailKey: string };
