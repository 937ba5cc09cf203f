import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { type Fragment, sql, violatedConstraint } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { hashOf } from "./base/hash.ts";

/** What a link in a message, or a ticket, allows, and for how long (ms). */
const lifetimes = {
  verify: 24 * 3_600_000,
  reset: 30 * 60_000,
  email_change_old: 24 * 3_600_000,
  email_change_new: 24 * 3_600_000,
  /** For the second step of a sign-in; it is answered, not sent. */
  login: 5 * 60_000,
} as const;
export type Purpose = keyof typeof lifetimes;

/** 256 bits in base64url, as they are in a link. */
export const Token = v.pipe(v.string(), v.regex(/^[\w-]{43}$/, "must be the token of a link"));

/**
 * Creates a token and the statement that stores it (only its SHA-256), for the caller's transaction. `owner` is a
 * statement that selects `user_id, email, email_key`: the account and the address it is about; without a row there is
 * no token.
 */
export function issue(purpose: Purpose, owner: Fragment, at: Date) {
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(at.getTime() + lifetimes[purpose]).toISOString();
  const statement = sql`
    insert into verification_tokens (id, user_id, purpose, email, email_key, expires_at)
    select ${hashOf(token)}, owner.user_id, ${purpose}, owner.email, owner.email_key, ${expiresAt}
      from (${owner}) as owner`;
  return { link: { token, expiresAt }, statement };
}

/** Creates a token for `storeEach`: `id` is its hash. */
export function create(): { id: string; token: string } {
  const token = randomBytes(32).toString("base64url");
  return { id: hashOf(token), token };
}

/**
 * The part of a statement that stores such tokens, to prove addresses, for each row of its part `told`, which has
 * `token_id`, `user_id`, `email`, `email_key` and `expires_at`.
 */
export const storeEach = sql`
    insert into verification_tokens (id, user_id, purpose, email, email_key, expires_at)
    select told.token_id, told.user_id, 'verify', told.email, told.email_key, told.expires_at
      from told`;

/**
 * A statement that uses a token up and returns its `user_id`, `email` and `email_key`; no row for a token that is
 * unknown or too old at `at`. A token that was used before fails the whole transaction, which `rejectReuse` turns into
 * a problem.
 */
export function consume(purpose: Purpose, token: string, at: Date): Fragment {
  return sql`
    update verification_tokens
       set uses = verification_tokens.uses + 1
     where ${isValid(purpose, token, at)}
    returning verification_tokens.user_id, verification_tokens.email, verification_tokens.email_key`;
}

/** The condition that a row is this token's, for this purpose and in time. */
export function isValid(purpose: Purpose, token: string, at: Date): Fragment {
  return sql`
    verification_tokens.id = ${hashOf(token)}
    and verification_tokens.purpose = ${purpose}
    and verification_tokens.expires_at > ${at}::timestamptz`;
}

/** After a lost answer: the user of a token that was used, as a list of one. */
export async function ownerOfUsed(token: string): Promise<Record<string, unknown>[] | undefined> {
  const rows = await sql`
    select verification_tokens.user_id as "userId"
      from verification_tokens
     where verification_tokens.id = ${hashOf(token)}
       and verification_tokens.uses = 1
       for share`;
  return rows.length > 0 ? rows : undefined;
}

/** Awaits a change that uses a token. @throws Problem `token.invalid` when it was used before */
export async function rejectReuse<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (violatedConstraint(error) === "token_works_once") throw invalid();
    throw error;
  }
}

/** One answer for a link that is unknown, used, too old or for another purpose. */
export function invalid(): Problem {
  return new Problem("input", "token.invalid", "This link does not work any more. Please ask for a new one.", {
    errors: [{ pointer: "/token", detail: "is used, too old or unknown" }],
  });
}
