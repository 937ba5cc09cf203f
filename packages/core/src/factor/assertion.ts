import * as v from "valibot";
import * as Audit from "../audit.ts";
import { type Fragment, sql, transaction, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Session from "../session.ts";
import { challengeMs, issue, type Purpose, take } from "./challenge.ts";
import { origins, rpId } from "./relying.ts";
import { type UseOptions, UsePasskey } from "./schema.ts";

/** The passkey that has signed, its owner, and the statement that takes its signature. */
export type Proof = { userId: string; passkeyId: string; statement: Fragment };

/**
 * What a browser needs to sign in by a passkey. It names no account and no passkey: the passkey says whose it is. The
 * challenge works once, for 5 minutes.
 */
export async function optionsToSignIn(at: Date): Promise<UseOptions> {
  return options(await issue({ purpose: "login" }, at));
}

/** The same to authenticate again in this session. */
export async function optionsToReauthenticate(sessionId: string, at: Date): Promise<UseOptions> {
  return options(await issue({ purpose: "reauthenticate", sessionId }, at));
}

function options(challenge: string): UseOptions {
  return { challenge, rpId, timeout: challengeMs, userVerification: "required", allowCredentials: [] };
}

/**
 * Checks what a passkey has signed: a challenge of ours, once; for a page and the domain of ours; its user verified; its
 * count above the last one. The statement is for the caller's transaction, whose failure `rejectReplay` reads. `userId`
 * is the session's, where there is one.
 * @throws ValiError, Problem `passkey.refused`
 */
export async function checkPasskey(
  input: unknown,
  asked: Purpose & { userId?: string },
  at: Date,
  from: Audit.Client,
): Promise<Proof> {
  const { credential } = v.parse(UsePasskey, input);
  const challenge = await take(credential.response.clientDataJSON, asked, at);
  const [held] = (await sql`
    select passkeys.id,
           passkeys.user_id as "userId",
           passkeys.public_key as "publicKey",
           passkeys.counter::float8 as counter
      from passkeys
     where passkeys.credential_id = ${credential.id}`) as Held[];
  const who = { ...from, userId: held?.userId ?? null, sessionId: "sessionId" in asked ? asked.sessionId : undefined };
  const isOwn = asked.userId === undefined || asked.userId === held?.userId;
  const counter = held && challenge && isOwn ? await verify(credential, challenge, held) : undefined;
  if (!held || counter === undefined) throw await refused(who);
  // Passkeys that are on several devices do not count: theirs stays 0.
  const moves = sql`passkeys.counter < ${counter}::bigint or (passkeys.counter = 0 and ${counter}::bigint = 0)`;
  const statement = sql`
    update passkeys
       set counter = case when ${moves} then ${counter}::bigint else -1 end,
           last_used_at = ${at}
     where passkeys.id = ${held.id}`;
  return { userId: held.userId, passkeyId: held.id, statement };
}

/**
 * Records that the session's user was authenticated again, by a passkey.
 * @throws ValiError, Problem `passkey.refused`
 */
export async function reauthenticate(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<void> {
  const asked = { purpose: "reauthenticate", sessionId, userId } as const;
  const { statement, passkeyId } = await checkPasskey(input, asked, at, from);
  const proven = Session.recordReauthentication(userId, sessionId, at);
  const factor = Session.recordFactor(userId, sessionId, passkeyId);
  await rejectReplay(() => transaction({ statement, proven, factor }), { ...from, userId, sessionId });
}

/** Runs a change that takes a signature. @throws Problem `passkey.refused` when its count is not above the last one */
export async function rejectReplay<T>(change: () => Promise<T>, who: Audit.Actor): Promise<T> {
  try {
    return await change();
  } catch (error) {
    const violated = violatedConstraint(error) ?? "";
    throw ["counter_moves_on", "session_has_its_passkey"].includes(violated) ? await refused(who) : error;
  }
}

type Held = { id: string; userId: string; publicKey: string; counter: number };

/** The signature's count, or undefined if the signature proves nothing. */
async function verify(
  { id, rawId, type, response }: UsePasskey["credential"],
  challenge: string,
  held: Held,
): Promise<number | undefined> {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  if (userHandle && Buffer.from(userHandle, "base64url").toString() !== held.userId) return undefined;
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const result = await verifyAuthenticationResponse({
    response: {
      ...{ id, rawId, type, clientExtensionResults: {} },
      response: { clientDataJSON, authenticatorData, signature },
    },
    expectedChallenge: challenge,
    expectedOrigin: origins,
    expectedRPID: rpId,
    credential: { id, publicKey: new Uint8Array(Buffer.from(held.publicKey, "base64url")), counter: held.counter },
    requireUserVerification: true,
    // The library throws for every fault in what a client sent.
  }).catch(() => undefined);
  return result?.verified ? result.authenticationInfo.newCounter : undefined;
}

/** The answer to a passkey that proves nothing, with the event recorded for its account, if there is one. One request. */
async function refused(who: Audit.Actor): Promise<Problem> {
  await Audit.record("login_failed", who);
  return new Problem("auth", "passkey.refused", "This passkey was not accepted.");
}
