import * as v from "valibot";
import { list } from "../base/list.ts";

const instant = v.pipe(v.string(), v.isoTimestamp());

/** A passkey as its owner sees it; `backedUp` tells whether it is kept on more than one device. Instants in UTC. */
export const Passkey = v.object({
  id: v.string(),
  name: v.string(),
  backedUp: v.boolean(),
  createdAt: instant,
  lastUsedAt: v.nullable(instant),
});
export type Passkey = v.InferOutput<typeof Passkey>;

/**
 * What an account has beside its password. `recoveryCodes` counts those that are left; `required` tells whether
 * bookings, travelers, cards and exports require a second factor.
 */
export const Info = v.object({
  passkeys: v.array(Passkey),
  totp: v.nullable(v.object({ since: instant })),
  recoveryCodes: v.pipe(v.number(), v.integer()),
  required: v.boolean(),
});
export type Info = v.InferOutput<typeof Info>;

/** For an app: the secret in base 32, and the address that a QR code holds. Shown once. */
export const Setup = v.object({ secret: v.string(), uri: v.string() });
export type Setup = v.InferOutput<typeof Setup>;

/** Shown once: ten codes, each of which works once in place of a code of the app. */
export const RecoveryCodes = v.object({ recoveryCodes: v.array(v.string()) });
export type RecoveryCodes = v.InferOutput<typeof RecoveryCodes>;

/** Six digits of an app, or a recovery code. */
export const Code = v.pipe(v.string(), v.trim(), v.minLength(6), v.maxLength(40));

export const Change = v.strictObject({ required: v.boolean() });

export const Confirm = v.strictObject({ code: Code });

/** 1 to 100 characters without control characters and marks that change the reading direction. */
const Name = v.pipe(
  v.string(),
  v.normalize("NFC"),
  v.trim(),
  v.regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u, "must be text without control characters"),
  v.check((text) => text.length > 0 && [...text].length <= 100, "must have 1 to 100 characters"),
);
export const Rename = v.strictObject({ name: Name });

const base64url = (most: number) => v.pipe(v.string(), v.maxLength(most), v.regex(/^[\w-]+$/, "must be base64url"));
const credential = { id: base64url(1_400), rawId: base64url(1_400), type: v.literal("public-key") };

/**
 * A browser's answers, as `PublicKeyCredential.toJSON()` writes them. Not strict: browsers add fields, and what is not
 * named here is not read.
 */
const Added = v.looseObject({
  ...credential,
  response: v.looseObject({
    clientDataJSON: base64url(4_000),
    attestationObject: base64url(100_000),
    transports: v.optional(list(v.pipe(v.string(), v.maxLength(30)), 10)),
  }),
});
const Signed = v.looseObject({
  ...credential,
  response: v.looseObject({
    clientDataJSON: base64url(4_000),
    authenticatorData: base64url(10_000),
    signature: base64url(4_000),
    userHandle: v.optional(v.nullable(base64url(100))),
  }),
});
export const AddPasskey = v.strictObject({ name: Name, credential: Added });
export const UsePasskey = v.strictObject({ credential: Signed });
export type UsePasskey = v.InferOutput<typeof UsePasskey>;

const reference = v.object({ type: v.literal("public-key"), id: v.string(), transports: v.array(v.string()) });

/** For `navigator.credentials.create`: `PublicKeyCredential.parseCreationOptionsFromJSON` reads it. */
export const AddOptions = v.object({
  challenge: v.string(),
  rp: v.object({ id: v.string(), name: v.string() }),
  user: v.object({ id: v.string(), name: v.string(), displayName: v.string() }),
  pubKeyCredParams: v.array(v.object({ type: v.literal("public-key"), alg: v.number() })),
  timeout: v.number(),
  attestation: v.literal("none"),
  authenticatorSelection: v.object({
    residentKey: v.literal("required"),
    requireResidentKey: v.literal(true),
    userVerification: v.literal("required"),
  }),
  excludeCredentials: v.array(reference),
});
export type AddOptions = v.InferOutput<typeof AddOptions>;

/** For `navigator.credentials.get`: `PublicKeyCredential.parseRequestOptionsFromJSON` reads it. */
export const UseOptions = v.object({
  challenge: v.string(),
  rpId: v.string(),
  timeout: v.number(),
  userVerification: v.literal("required"),
  allowCredentials: v.array(reference),
});
export type UseOptions = v.InferOutput<typeof UseOptions>;
