import * as Audit from "../audit.ts";
import { type Fragment, sql, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { note } from "./notice.ts";
import { hashCode } from "./recovery.ts";
import { unseal } from "./seal.ts";
import { findStep } from "./totp.ts";

/**
 * Checks a code of the user's app, or a recovery code, at `at`. Returns the statements that take it, for the caller's
 * transaction, whose failure `rejectTaken` reads; none where the account asks for no code (any more). A wrong code is
 * recorded as a failed sign-in.
 * @throws Problem `factor.code`, `factor.unavailable`
 */
export async function check(who: Audit.Actor & { userId: string }, code: string, at: Date): Promise<Fragment[]> {
  const { userId } = who;
  const hash = hashCode(code);
  const [held] = (await sql`
    select totp_secrets.secret,
           totp_secrets.last_step::float8 as "lastStep",
           exists (
             select
               from recovery_codes
              where recovery_codes.user_id = ${userId}
                and recovery_codes.hash = ${hash}
                and recovery_codes.uses = 0) as "isRecovery"
      from totp_secrets
     where totp_secrets.user_id = ${userId}
       and totp_secrets.confirmed_at is not null`) as { secret: string; lastStep: number; isRecovery: boolean }[];
  if (!held) return [];
  if (held.isRecovery)
    return [
      sql`
        update recovery_codes
           set uses = recovery_codes.uses + 1
         where recovery_codes.user_id = ${userId}
           and recovery_codes.hash = ${hash}`,
      ...note("recovery_used", who, at),
    ];
  const digits = code.replaceAll(/\s/g, "");
  const step = /^\d{6}$/.test(digits) ? findStep(unseal(held.secret, userId), digits, at, held.lastStep) : undefined;
  if (step === undefined) throw await wrongCode(who);
  return [takeStep(userId, step)];
}

/** Takes the code of a step; one that is not later than the last fails the transaction. */
function takeStep(userId: string, step: number): Fragment {
  return sql`
    update totp_secrets
       set last_step = case when totp_secrets.last_step < ${step}::bigint then ${step}::bigint else -1 end
     where totp_secrets.user_id = ${userId}`;
}

/** Runs a change that takes a code. @throws Problem `factor.code` when it was taken before */
export async function rejectTaken<T>(change: () => Promise<T>, who: Audit.Actor): Promise<T> {
  try {
    return await change();
  } catch (error) {
    const violated = violatedConstraint(error) ?? "";
    throw ["totp_code_works_once", "recovery_code_works_once"].includes(violated) ? await wrongCode(who) : error;
  }
}

/** The answer to a wrong code, with the event recorded for the account. One request. */
export async function wrongCode(who: Audit.Actor): Promise<Problem> {
  await Audit.record("login_failed", who);
  return new Problem("auth", "factor.code", "The code is wrong, too old, or was used before.");
}
