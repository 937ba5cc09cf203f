import * as v from "valibot";
import * as Audit from "./audit.ts";
import { orMade, sql, transaction, violatedConstraint } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { newId } from "./base/id.ts";
import { lazy } from "./base/lazy.ts";
import { describeError, logger } from "./base/log.ts";
import { emailKey } from "./base/mailbox.ts";
import * as Factor from "./factor.ts";
import * as Outbox from "./outbox.ts";
import * as Session from "./session.ts";
import * as Token from "./token.ts";
import { Compared, Email, LastName, Name, Password, Phone, sessionIn } from "./user/field.ts";
import { withFloor } from "./user/floor.ts";
import { hash, isReplaceable, verify as matches, requireAcceptable } from "./user/password.ts";
import { emailTaken, proof, wrongPassword } from "./user/proof.ts";
import { columns, Info, type Row, toInfo } from "./user/row.ts";
import { openSession, SignedIn, Ticket } from "./user/signin.ts";

export { unknownHash } from "./user/password.ts";
export { meals, Preferences, seats, Update, update, updatePreferences } from "./user/profile.ts";
export { Address, resend, Verify, verify } from "./user/proof.ts";
export { EmailChange, LoginCode, LoginPasskey, PasswordChange, Reauthenticate, Reset } from "./user/schema.ts";
export { Info, SignedIn, Ticket };

export const requestEmail = lazy(async () => (await import("./user/email.ts")).requestEmail);
export const confirmEmail = lazy(async () => (await import("./user/email.ts")).confirmEmail);
export const changePassword = lazy(async () => (await import("./user/reset.ts")).changePassword);
export const reauthenticate = lazy(async () => (await import("./user/reset.ts")).reauthenticate);
export const loginByCode = lazy(async () => (await import("./user/second.ts")).loginByCode);
export const loginByPasskey = lazy(async () => (await import("./user/second.ts")).loginByPasskey);
export const ownerOfTicket = lazy(async () => (await import("./user/second.ts")).ownerOfTicket);
export const requestReset = lazy(async () => (await import("./user/reset.ts")).requestReset);
export const invite = lazy(async () => (await import("./user/invite.ts")).invite);
export const reset = lazy(async () => (await import("./user/reset.ts")).reset);

export const Create = v.strictObject({
  email: Email,
  password: Password,
  firstName: Name,
  lastName: v.optional(LastName, ""),
  phone: v.optional(v.nullable(Phone), null),
  ...sessionIn,
});
export type Create = v.InferInput<typeof Create>;

export const Login = v.strictObject({ email: Compared, password: Compared, ...sessionIn });
export type Login = v.InferInput<typeof Login>;

/**
 * Parses a sign-up, for `create` and for a limit that tells invalid ones apart.
 * @throws ValiError, Problem `user.password_common`, `user.password_email`
 */
export async function parseCreate(input: unknown): Promise<v.InferOutput<typeof Create>> {
  const given = v.parse(Create, input);
  await requireAcceptable(given.password, given.email, "/password");
  return given;
}

/**
 * Creates an account, signs it in, and sends a link to prove its address. The address is unique without regard to case
 * and Unicode form; the table decides between concurrent sign-ups. The owner of an address that is taken is notified by
 * e-mail.
 * @throws ValiError, Problem `user.email_taken`, `user.password_common`, `user.password_email`
 */
export async function create(input: unknown, at: Date, from: Audit.Client = {}): Promise<SignedIn> {
  const { email, password, firstName, lastName, phone } = await parseCreate(input);
  const id = newId("usr", at);
  const passwordHash = await hash(password);
  const { session, sessionId, statement } = await Session.issue(id, at, { from });
  try {
    const made = transaction({
      user: sql`
        insert into users (id, email, email_key, password_hash, first_name, last_name, phone)
        values (${id}, ${email}, ${emailKey(email)}, ${passwordHash}, ${firstName}, ${lastName}, ${phone})
        returning ${columns}`,
      session: statement,
      proof: proof(id, at),
      record: Audit.record("signup", { ...from, userId: id, sessionId }),
    });
    const { user } = await Session.rejectOutrun(
      orMade<Record<"user", Record<string, unknown>[]>>(made, async () => {
        const user = await sql`select ${columns} from users where users.id = ${id}`;
        return user.length > 0 ? { user } : undefined;
      }),
    );
    return { user: await toInfo(user[0] as Row), session };
  } catch (error) {
    if (violatedConstraint(error) !== "users_email_key_key") throw error;
    // The address is taken, whether or not its owner could be told.
    await notifyTaken(email).catch((failure) => {
      logger.error("the owner of a taken address was not notified", { error: describeError(failure) });
    });
    throw emailTaken();
  }
}

/**
 * Signs in with address and password, or gives a ticket where the account asks for a code too. Neither the answer nor
 * its cost reveals whether the address is known or which kind of hash it has: two requests to Postgres, one hash, and
 * 600 ms when it fails. Only a right password shows whether a code is asked for. An old hash is replaced by one of
 * today's; the owner is notified of a device that was not seen in the last year.
 * @throws ValiError, Problem `user.credentials`
 */
export async function login(input: unknown, at: Date, from: Audit.Client = {}): Promise<SignedIn | Ticket> {
  const { email, password } = v.parse(Login, input);
  return withFloor(async () => {
    const [found] = (await sql`
      select ${columns}, users.password_hash as "passwordHash", users.password_version as "passwordVersion",
             ${Factor.asksForCode(sql`users.id`)} as "asksForCode"
        from users
       where users.email_key = ${emailKey(email)}`) as Found[];
    const right = await matches(found?.passwordHash, password);
    if (!found || !right) throw await wrongPassword({ ...from, userId: found?.id ?? null });
    const { passwordHash, passwordVersion, asksForCode, ...row } = found;
    const renewed = isReplaceable(passwordHash, password) ? await hash(password) : passwordHash;
    const { link, statement: ticket } = Token.issue("login", ownerOf(row.id, passwordVersion), at);
    const { session, parts } = await openSession(row, at, from, { passwordVersion });
    const stored = asksForCode ? sql`with stored as (${ticket})` : sql`with ${parts}`;
    await Session.rejectOutrun(sql`
      ${stored},
      renewed as (
        update users
           set password_hash = ${renewed}
         where users.id = ${row.id}
           and users.password_hash = ${passwordHash}
           and users.password_hash <> ${renewed}
      )
      select`);
    if (asksForCode) return { ticket: link.token, expiresAt: link.expiresAt };
    return { user: await toInfo(row), session };
  });
}

type Found = Row & { passwordHash: string; passwordVersion: number; asksForCode: boolean };

/**
 * The account as `Token.issue` needs it, if it still has this password: a change of the password that is under way is
 * waited for, so that no ticket outlives it.
 */
function ownerOf(userId: string, passwordVersion: number) {
  return sql`
    select users.id as user_id, users.email, users.email_key
      from users
     where users.id = ${userId}
       and users.password_version = ${passwordVersion}
       for key share`;
}

/** @throws Problem `user.missing` */
export async function get(userId: string): Promise<Info> {
  const [row] = await sql`select ${columns} from users where users.id = ${userId}`;
  if (!row) throw new Problem("missing", "user.missing", "There is no such account.");
  return toInfo(row as Row);
}

/** The preferred currency of a user; null without one. */
export async function currencyOf(userId: string): Promise<string | null> {
  const [row] = await sql`select users.currency from users where users.id = ${userId}`;
  return (row?.currency as string | null | undefined) ?? null;
}

/** Notifies the owner of an address that a sign-up with it was tried. */
async function notifyTaken(email: string): Promise<void> {
  const owner = sql`users where users.email_key = ${emailKey(email)}`;
  const to = {
    userId: sql`(select users.id from ${owner})`,
    email: sql`(select users.email from ${owner})`,
    emailKey: sql`${emailKey(email)}::text`,
  };
  await Outbox.enqueue("email_taken", to, {}, sql`exists (select from ${owner})`);
}
