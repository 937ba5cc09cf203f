import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type * as Audit from "../audit.ts";
import { orMade, sql, transaction, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Session from "../session.ts";
import { wrongCode } from "./code.ts";
import { lockUser, note, requireOwner } from "./notice.ts";
import { newCodes, replaceCodes } from "./recovery.ts";
import { endRequirement } from "./required.ts";
import { Confirm, type RecoveryCodes, type Setup } from "./schema.ts";
import { seal, unseal } from "./seal.ts";
import { findStep, toBase32, toUri } from "./totp.ts";

/**
 * Makes a secret for an app (160 bits, RFC 4226). It does nothing until `confirmApp` is given a code; until then a new
 * one replaces it.
 * @throws Problem `factor.required`, `session.unproven`, `user.unproven`, `factor.on`, `factor.unavailable`
 */
export async function setUpApp(userId: string, sessionId: string, at: Date): Promise<Setup> {
  const email = await requireOwner(userId, sessionId, at);
  const secret = randomBytes(20);
  const rows = await sql`
    insert into totp_secrets (user_id, secret)
    values (${userId}, ${seal(secret, userId)})
    on conflict (user_id) do update
       set secret = excluded.secret,
           created_at = now()
     where totp_secrets.confirmed_at is null
    returning 1`;
  if (rows.length === 0) throw isOn();
  return { secret: toBase32(secret), uri: toUri(toBase32(secret), email) };
}

/**
 * Switches the codes of an app on by the first one: from now on a sign-in by password and a repeated authentication by
 * password need one. Ends the other sessions, which were opened without it, and gives ten recovery codes.
 * @throws ValiError, Problem `factor.required`, `session.unproven`, `user.unproven`, `factor.code`, `factor.on`,
 * `factor.off`, `session.unavailable`
 */
export async function confirmApp(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<RecoveryCodes> {
  const { code } = v.parse(Confirm, input);
  await requireOwner(userId, sessionId, at);
  const who = { ...from, userId, sessionId };
  const [held] = (await sql`
    select totp_secrets.secret, totp_secrets.confirmed_at is not null as "isOn"
      from totp_secrets
     where totp_secrets.user_id = ${userId}`) as { secret: string; isOn: boolean }[];
  if (!held) throw new Problem("conflict", "factor.off", "Please set an app up first.");
  if (held.isOn) throw isOn();
  const step = findStep(unseal(held.secret, userId), code.replaceAll(/\s/g, ""), at, 0);
  if (step === undefined) throw await wrongCode(who);
  const recoveryCodes = newCodes();
  const change = Session.endInTransaction(userId, sql`sessions.id <> ${sessionId}`, async (sessions) => {
    const { ended } = await transaction({
      // A sign-in that has read the account before belongs to the version before, and is refused.
      version: sql`update users set password_version = users.password_version + 1 where users.id = ${userId}`,
      // A secret that was replaced or confirmed meanwhile fails the transaction.
      on: sql`
        update totp_secrets
           set confirmed_at = ${at},
               last_step = case when totp_secrets.confirmed_at is null and totp_secrets.secret = ${held.secret}
                                then ${step}::bigint else -1 end
         where totp_secrets.user_id = ${userId}`,
      ended: sessions,
      given: Session.recordFactor(userId, sessionId),
      codes: replaceCodes(userId, recoveryCodes),
      noted: note("totp_on", who, at),
    });
    return ended;
  });
  await orMade(change, () => wasConfirmed(userId, held.secret)).catch((error) => {
    throw violatedConstraint(error) === "totp_code_works_once" ? isOn() : error;
  });
  return { recoveryCodes };
}

/** After a lost answer: no sessions if this secret was confirmed. */
async function wasConfirmed(userId: string, secret: string): Promise<string[] | undefined> {
  const rows = await sql`
    select
      from totp_secrets
     where totp_secrets.user_id = ${userId}
       and totp_secrets.secret = ${secret}
       and totp_secrets.confirmed_at is not null
       for share`;
  return rows.length > 0 ? [] : undefined;
}

/**
 * Switches the codes of an app off, and deletes the recovery codes; other sessions that gave a code count as sessions
 * without a second factor from then on. One that is off is no error. With the last factor its requirement ends.
 * @throws Problem `factor.required`, `session.unproven`, `user.unproven`, `session.unavailable`
 */
export async function removeApp(userId: string, sessionId: string, at: Date, from: Audit.Client = {}): Promise<void> {
  await requireOwner(userId, sessionId, at);
  const who = { ...from, userId, sessionId };
  await Session.withoutCopies(userId, () =>
    transaction({
      locked: lockUser(userId),
      noted: note("totp_off", who, at, hasApp(userId)),
      forgotten: Session.forgetCodes(userId, sessionId),
      codes: sql`delete from recovery_codes where recovery_codes.user_id = ${userId}`,
      secret: sql`delete from totp_secrets where totp_secrets.user_id = ${userId}`,
      optional: endRequirement(who, at),
    }),
  );
}

/**
 * Replaces all recovery codes by ten new ones.
 * @throws Problem `factor.required`, `session.unproven`, `user.unproven`, `factor.off`
 */
export async function renewCodes(
  userId: string,
  sessionId: string,
  at: Date,
  from: Audit.Client = {},
): Promise<RecoveryCodes> {
  await requireOwner(userId, sessionId, at);
  const recoveryCodes = newCodes();
  const { on } = await transaction({
    locked: lockUser(userId),
    codes: replaceCodes(userId, recoveryCodes, hasApp(userId)),
    noted: note("recovery_renewed", { ...from, userId, sessionId }, at, hasApp(userId)),
    on: sql`select where ${hasApp(userId)}`,
  });
  if (on.length === 0) throw new Problem("conflict", "factor.off", "Recovery codes are for the codes of an app.");
  return { recoveryCodes };
}

const hasApp = (userId: string) => sql`
  exists (
    select from totp_secrets where totp_secrets.user_id = ${userId} and totp_secrets.confirmed_at is not null)`;

function isOn(): Problem {
  return new Problem("conflict", "factor.on", "The codes of an app are switched on already.");
}
