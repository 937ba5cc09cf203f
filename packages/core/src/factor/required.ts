import * as v from "valibot";
import type * as Audit from "../audit.ts";
import { type Fragment, sql, transaction } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Key from "../key.ts";
import * as Session from "../session.ts";
import { lockUser, note, requireOwner } from "./notice.ts";
import { Change } from "./schema.ts";

/**
 * Switches on, or off, that bookings, travelers, cards and exports open only to sessions in which a second factor was
 * given. This session must have given one, so that no owner asks for what cannot be given. From then on keys, and
 * sessions without one, are refused there. The same again changes nothing.
 * @throws ValiError, Problem `factor.required`, `session.unproven`, `user.unproven`, `factor.none`,
 * `session.unavailable`
 */
export async function setRequired(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<void> {
  const { required } = v.parse(Change, input);
  const { required: isOn, given } = await Session.factorOf(userId, sessionId);
  if (required === isOn) return;
  if (required && !(await hasAny(userId))) throw none();
  if (!given) throw Session.lackingFactor();
  await requireOwner(userId, sessionId, at);
  const isChange = sql`
    exists (
      select
        from users
       where users.id = ${userId}
         and users.factor_required <> ${required}
         and (not ${required}::boolean or ${hasFactor(userId)}))`;
  const event = required ? "factor_required" : "factor_optional";
  const change = () =>
    transaction({
      locked: lockUser(userId),
      noted: note(event, { ...from, userId, sessionId }, at, isChange),
      changed: sql`
        update users
           set factor_required = ${required}
         where users.id = ${userId}
           and (not ${required}::boolean or ${hasFactor(userId)})
        returning 1`,
    });
  // Copies that say that a factor is lacking are checked before a refusal: see `Session.lacksFactor`.
  if (!required) await change();
  else {
    await Key.dropAllCopies(userId);
    const { changed } = await Session.withoutCopies(userId, change);
    if (changed.length === 0) throw none();
  }
}

/**
 * The statements that end the requirement, and notify the owner, where the account has no factor left: for the caller's
 * transaction, which has locked the user and removed a factor.
 */
export function endRequirement(who: Audit.Actor & { userId: string }, at: Date): Fragment[] {
  const { userId } = who;
  const isLost = sql`users where users.id = ${userId} and users.factor_required and not ${hasFactor(userId)}`;
  return [
    ...note("factor_optional", who, at, sql`exists (select from ${isLost})`),
    sql`
      update users
         set factor_required = false
       where users.id = ${userId}
         and not ${hasFactor(userId)}`,
  ];
}

/** The condition that the user has a second factor. */
const hasFactor = (userId: string) => sql`
  (exists (select from passkeys where passkeys.user_id = ${userId})
   or exists (
     select from totp_secrets where totp_secrets.user_id = ${userId} and totp_secrets.confirmed_at is not null))`;

async function hasAny(userId: string): Promise<boolean> {
  return (await sql`select where ${hasFactor(userId)}`).length > 0;
}

function none(): Problem {
  return new Problem("conflict", "factor.none", "Please add a passkey or the codes of an app first.");
}
