import * as v from "valibot";
import * as Audit from "../audit.ts";
import { type Fragment, orMade, sql, transaction, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { emailKey } from "../base/mailbox.ts";
import * as Factor from "../factor.ts";
import * as Key from "../key.ts";
import * as Outbox from "../outbox.ts";
import * as Session from "../session.ts";
import * as Token from "../token.ts";
import { withFloor } from "./floor.ts";
import { hash, requireAcceptable, verify } from "./password.ts";
import { Address, requestByEmail, wrongPassword } from "./proof.ts";
import { PasswordChange, Reauthenticate, Reset } from "./schema.ts";

/** Sends a link that sets a new password, if an account has this address. The answer does not reveal whether it has. */
export async function requestReset(input: unknown, at: Date, from: Audit.Client = {}): Promise<void> {
  const { email } = v.parse(Address, input);
  const owner = sql`
    select users.id as user_id, users.email, users.email_key
      from users
     where users.email_key = ${emailKey(email)}`;
  const userId = sql`(select owner.user_id from (${owner}) as owner)`;
  const noted = Audit.record("reset_requested", { ...from, userId });
  await withFloor(() => sql.transaction([...requestByEmail("reset", owner, at), noted]), "always");
}

/**
 * Sets a new password by the token sent within the last 30 minutes, ends all sessions and revokes all keys, which
 * another person may have made. This also proves the address; links sent for the account before stop working.
 * @throws ValiError, Problem `token.invalid`, `user.password_common`, `user.password_email`, `session.unavailable`
 */
export async function reset(input: unknown, at: Date, from: Audit.Client = {}): Promise<void> {
  const { token, password } = v.parse(Reset, input);
  const [owner] = (await sql`
    select users.id, users.email, users.email_key as "emailKey", users.password_version as version
      from verification_tokens
      join users on users.id = verification_tokens.user_id
                and users.email_key = verification_tokens.email_key
     where ${Token.isValid("reset", token, at)}
       and verification_tokens.uses = 0`) as (Owner & { emailKey: string })[];
  if (!owner) throw Token.invalid();
  await requireAcceptable(password, owner.email, "/password");
  const passwordHash = await hash(password);
  const { settle, ...keys } = await Key.revokeAll(owner.id, from);
  const change = Session.endInTransaction(owner.id, sql`true`, async (sessions) => {
    const { ended, revoked } = await transaction({
      // After a change of the address, its link works no more.
      password: replacePassword(owner, passwordHash, sql`true`, sql`users.email_key = ${owner.emailKey}`),
      token: Token.consume("reset", token, at),
      ended: sessions,
      ...keys,
      otherLinks: sql`
        delete from verification_tokens
         where verification_tokens.user_id = ${owner.id}
           and verification_tokens.purpose <> 'verify'
           and verification_tokens.uses = 0`,
      notified: notifyOwner("reset", owner, at, from),
    });
    await settle(revoked);
    return ended;
  });
  await Token.rejectReuse(orMade(change, () => wasReplaced(owner.id, passwordHash))).catch((error) => {
    throw outrun(error) ? Token.invalid() : error;
  });
}

/**
 * Replaces the current password, and ends the other sessions.
 * @throws ValiError, Problem `user.credentials`, `user.password_common`, `user.password_email`, `session.unavailable`
 */
export async function changePassword(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<void> {
  const { current, next } = v.parse(PasswordChange, input);
  const owner = await checkPassword(userId, sessionId, current, from);
  await requireAcceptable(next, owner.email, "/next");
  const passwordHash = await hash(next);
  const change = Session.endInTransaction(userId, sql`sessions.id <> ${sessionId}`, async (sessions) => {
    const { ended } = await transaction({
      password: replacePassword(owner, passwordHash, sql`users.email_verified`),
      ended: sessions,
      resetLinks: sql`
        delete from verification_tokens
         where verification_tokens.user_id = ${userId}
           and verification_tokens.purpose in ('reset', 'login')
           and verification_tokens.uses = 0`,
      notified: notifyOwner("password_changed", owner, at, { ...from, sessionId }),
    });
    return ended;
  });
  await orMade(change, () => wasReplaced(userId, passwordHash)).catch(async (error) => {
    throw outrun(error) ? await wrongPassword({ ...from, userId, sessionId }) : error;
  });
}

/**
 * Records that the password, and a code where the account asks for one, was given again in this session: for 10 minutes
 * it may change the address, export, delete, and change passkeys and codes.
 * @throws ValiError, Problem `user.credentials`, `factor.needed`, `factor.code`
 */
export async function reauthenticate(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<void> {
  const { password, code } = v.parse(Reauthenticate, input);
  const who = { ...from, userId, sessionId };
  const { asksForCode } = await checkPassword(userId, sessionId, password, from);
  if (asksForCode && code === undefined)
    throw new Problem("auth", "factor.needed", "Please give a code of your app too.");
  const codes = asksForCode && code !== undefined ? await Factor.checkCode(who, code, at) : [];
  const proven = Session.recordReauthentication(userId, sessionId, at);
  const factor = codes.length > 0 ? [Session.recordFactor(userId, sessionId)] : [];
  await Factor.rejectTaken(() => transaction({ codes, proven, factor }), who);
}

type Owner = { id: string; email: string; version: number };
type Checked = Owner & { asksForCode: boolean };

/** Checks the password of a session's user. */
function checkPassword(userId: string, sessionId: string, password: string, from: Audit.Client): Promise<Checked> {
  return withFloor(async () => {
    const [row] = (await sql`
      select users.id, users.email, users.password_version as version, users.password_hash as "passwordHash",
             ${Factor.asksForCode(sql`users.id`)} as "asksForCode"
        from users
       where users.id = ${userId}`) as (Checked & { passwordHash: string })[];
    const right = await verify(row?.passwordHash, password);
    if (!row || !right) throw await wrongPassword({ ...from, userId, sessionId });
    return row;
  });
}

/**
 * Replaces the password that was read. If it was changed meanwhile, or `given` does not hold, the whole transaction is
 * undone, see `outrun`. `given` reads the user's row alone: another table would be read as it was before a wait.
 */
function replacePassword({ id, version }: Owner, passwordHash: string, verified: Fragment, given = sql`true`) {
  return sql`
    update users
       set password_hash = ${passwordHash},
           password_version = case when users.password_version = ${version} and ${given} then ${version + 1} else 0 end,
           email_verified = ${verified},
           updated_at = now()
     where users.id = ${id}`;
}

/** After a lost answer: no sessions if the password was replaced by this one. */
async function wasReplaced(userId: string, passwordHash: string): Promise<string[] | undefined> {
  const rows = await sql`
    select
      from users
     where users.id = ${userId}
       and users.password_hash = ${passwordHash}
       for share`;
  return rows.length > 0 ? [] : undefined;
}

const outrun = (error: unknown) => violatedConstraint(error) === "password_changes_in_turn";

function notifyOwner(event: "reset" | "password_changed", owner: Owner, at: Date, who: Omit<Audit.Actor, "userId">) {
  const to = { userId: owner.id, email: owner.email };
  return [
    Audit.record(event, { ...who, userId: owner.id }),
    Outbox.enqueue("password_changed", to, { at: at.toISOString() }),
  ];
}
