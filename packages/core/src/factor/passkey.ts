import * as v from "valibot";
import type * as Audit from "../audit.ts";
import { orMade, sql, transaction, utc, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { newId } from "../base/id.ts";
import * as Session from "../session.ts";
import { challengeMs, issue, take } from "./challenge.ts";
import { lockUser, note, requireOwner } from "./notice.ts";
import { algorithms, origins, rpId } from "./relying.ts";
import { endRequirement } from "./required.ts";
import { type AddOptions, AddPasskey, type Passkey, Rename } from "./schema.ts";

/** The most passkeys of an account. */
const most = 20;

/**
 * What a browser needs to make a passkey for this user: one that signs in without an address, and only after its user
 * was verified (by a fingerprint, a PIN). The challenge works once, for 5 minutes, in this session.
 * @throws Problem `factor.required`, `session.unproven`, `user.unproven`
 */
export async function optionsToAdd(userId: string, sessionId: string, at: Date): Promise<AddOptions> {
  const email = await requireOwner(userId, sessionId, at);
  const challenge = await issue({ purpose: "add", sessionId }, at);
  const held = (await sql`
    select passkeys.credential_id as id, passkeys.transports
      from passkeys
     where passkeys.user_id = ${userId}
     order by passkeys.id`) as { id: string; transports: string[] }[];
  return {
    challenge,
    rp: { id: rpId, name: "Travel Conductor" },
    user: { id: Buffer.from(userId).toString("base64url"), name: email, displayName: email },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: challengeMs,
    attestation: "none",
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    excludeCredentials: held.map((one) => ({ type: "public-key", ...one })),
  };
}

/**
 * Adds the passkey that a browser has made, under a name.
 * @throws ValiError, Problem `factor.required`, `session.unproven`, `user.unproven`, `passkey.invalid`,
 * `passkey.duplicate`, `passkey.limit`
 */
export async function addPasskey(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<Passkey> {
  const { name, credential } = v.parse(AddPasskey, input);
  await requireOwner(userId, sessionId, at);
  const challenge = await take(credential.response.clientDataJSON, { purpose: "add", sessionId }, at);
  const made = challenge === undefined ? undefined : await verify(credential, challenge);
  if (!made) throw invalid();
  const id = newId("psk", at);
  const { transports = [] } = credential.response;
  const change = transaction({
    locked: lockUser(userId),
    added: sql`
      insert into passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, name)
      select ${id}, ${userId}, ${made.id}, ${made.publicKey}, ${made.counter}::bigint, ${transports}::text[],
             ${made.backedUp}, ${name}
       where (select count(*) from passkeys where passkeys.user_id = ${userId}) < ${most}::int`,
    noted: note("passkey_added", { ...from, userId, sessionId }, at, exists(id)),
    given: Session.recordFactor(userId, sessionId, id),
    passkey: sql`select ${columns} from passkeys where passkeys.id = ${id}`,
  });
  const { passkey } = await orMade<Record<"passkey", Record<string, unknown>[]>>(change, async () => {
    const passkey = await sql`select ${columns} from passkeys where passkeys.id = ${id} for share`;
    return passkey.length > 0 ? { passkey } : undefined;
  }).catch((error) => {
    if (violatedConstraint(error) !== "passkeys_credential_id_key") throw error;
    throw new Problem("conflict", "passkey.duplicate", "This passkey is known already.");
  });
  if (passkey[0]) return passkey[0] as Passkey;
  throw new Problem("conflict", "passkey.limit", `An account has ${most} passkeys at most.`);
}

/** @throws ValiError, Problem `passkey.missing` (also for another user's) */
export async function renamePasskey(userId: string, id: string, input: unknown): Promise<Passkey> {
  const { name } = v.parse(Rename, input);
  const [row] = await sql`
    update passkeys
       set name = ${name}
     where passkeys.id = ${id}
       and passkeys.user_id = ${userId}
    returning ${columns}`;
  if (!row) throw missing();
  return row as Passkey;
}

/**
 * Removes a passkey, and ends the other sessions in which it was used. The password stays, so this is never the last
 * way in. With the last factor its requirement ends.
 * @throws Problem `factor.required`, `session.unproven`, `user.unproven`, `passkey.missing` (also for another user's),
 * `session.unavailable`
 */
export async function removePasskey(
  userId: string,
  sessionId: string,
  id: string,
  at: Date,
  from: Audit.Client = {},
): Promise<void> {
  const own = sql`passkeys where passkeys.id = ${id} and passkeys.user_id = ${userId}`;
  const [held] = await sql`select from ${own}`;
  if (!held) throw missing();
  await requireOwner(userId, sessionId, at);
  const opened = sql`sessions.passkey_id = ${id} and sessions.id <> ${sessionId}`;
  const removal = Session.endInTransaction(userId, opened, async (sessions) => {
    const { ended } = await transaction({
      locked: lockUser(userId),
      // A sign-in by this passkey waits here, and then finds none.
      lockedPasskey: sql`select from ${own} for update`,
      noted: note("passkey_removed", { ...from, userId, sessionId }, at, exists(id)),
      ended: sessions,
      removed: sql`delete from ${own}`,
      optional: endRequirement({ ...from, userId, sessionId }, at),
    });
    return ended;
  });
  await orMade(removal, async () => ((await sql`select from ${own} for share`).length === 0 ? [] : undefined));
}

const columns = sql`
  passkeys.id, passkeys.name, passkeys.backed_up as "backedUp", ${utc(sql`passkeys.created_at`)} as "createdAt",
  ${utc(sql`passkeys.last_used_at`)} as "lastUsedAt"`;

const exists = (id: string) => sql`exists (select from passkeys where passkeys.id = ${id})`;

type Made = { id: string; publicKey: string; counter: number; backedUp: boolean };

/** Checks a new passkey; undefined if it is none of ours, or its user was not verified. */
async function verify(
  credential: v.InferOutput<typeof AddPasskey>["credential"],
  challenge: string,
): Promise<Made | undefined> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const { id, rawId, type, response } = credential;
  const { clientDataJSON, attestationObject } = response;
  const result = await verifyRegistrationResponse({
    response: { id, rawId, type, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origins,
    expectedRPID: rpId,
    supportedAlgorithmIDs: algorithms,
    requireUserVerification: true,
    // The library throws for every fault in what a client sent.
  }).catch(() => undefined);
  if (!result?.verified) return undefined;
  const { credential: made, credentialBackedUp } = result.registrationInfo;
  return {
    id: made.id,
    publicKey: Buffer.from(made.publicKey).toString("base64url"),
    counter: made.counter,
    backedUp: credentialBackedUp,
  };
}

function invalid(): Problem {
  return new Problem("input", "passkey.invalid", "This passkey was not accepted.", {
    errors: [
      { pointer: "/credential", detail: "is not an answer to a challenge of the last 5 minutes, or not a passkey" },
    ],
  });
}

function missing(): Problem {
  return new Problem("missing", "passkey.missing", "There is no such passkey.");
}
