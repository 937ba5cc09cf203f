import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { codeOf, stepOf } from "../../src/factor/totp.ts";
import type { AddOptions, UseOptions } from "../../src/factor.ts";

/** How one answer differs from a good one. */
type Over = { origin?: string; rpId?: string; verified?: boolean; counter?: number; challenge?: string; type?: string };

/**
 * An authenticator in software with one passkey (ES256, self-written CBOR): it answers as a browser's
 * `PublicKeyCredential.toJSON()` does, on the page of the domain in the options. Its count of signatures grows by one each time, or stays 0 where it is `synced`.
 */
export function authenticator({ synced = false } = {}) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  let counter = 0;
  let user = "";

  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const cose = cbor(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]),
  );

  function data(rpId: string, { verified = true, counter: own }: Over, attested: Buffer): Buffer {
    if (!synced) counter += 1;
    const backup = synced ? 0x18 : 0;
    const flags = 0x01 | (verified ? 0x04 : 0) | backup | (attested.length > 0 ? 0x40 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(own ?? counter);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags]), count, attested]);
  }

  const client = (type: string, challenge: string, rpId: string, over: Over) =>
    Buffer.from(
      JSON.stringify({
        type: over.type ?? type,
        challenge: over.challenge ?? challenge,
        origin: over.origin ?? `https://${rpId}`,
        crossOrigin: false,
      }),
    );
  const credential = { id: id.toString("base64url"), rawId: id.toString("base64url"), type: "public-key" as const };
  const more = { authenticatorAttachment: "platform", clientExtensionResults: {} };

  return {
    id: credential.id,
    /** Makes the passkey. */
    create(options: AddOptions, over: Over = {}) {
      user = options.user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cose]);
      const authData = data(over.rpId ?? options.rp.id, over, attested);
      const attestation = new Map<string, unknown>([
        ["fmt", "none"],
        ["attStmt", new Map()],
        ["authData", authData],
      ]);
      const response = {
        clientDataJSON: client("webauthn.create", options.challenge, options.rp.id, over).toString("base64url"),
        attestationObject: cbor(attestation).toString("base64url"),
        transports: ["internal"],
      };
      return { ...credential, ...more, response };
    },
    /** Signs with it. */
    get(options: UseOptions, over: Over = {}) {
      const clientData = client("webauthn.get", options.challenge, options.rpId, over);
      const authenticatorData = data(over.rpId ?? options.rpId, over, Buffer.alloc(0));
      const signed = Buffer.concat([authenticatorData, createHash("sha256").update(clientData).digest()]);
      const response = {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: authenticatorData.toString("base64url"),
        signature: sign("sha256", signed, privateKey).toString("base64url"),
        userHandle: user,
      };
      return { ...credential, ...more, response };
    },
  };
}

/** What an app shows for the secret (base 32) at `at`. */
export function app(secret: string) {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const bytes = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return (at: Date, steps = 0) => codeOf(bytes, stepOf(at) + steps);
}

/** CBOR (RFC 8949) of whole numbers, text, bytes and maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries = [...(value as Map<unknown, unknown>)];
  return Buffer.concat([head(5, entries.length), ...entries.flatMap((entry) => entry.map(cbor))]);
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count]);
  if (count < 256) return Buffer.from([(major << 5) | 24, count]);
  return Buffer.from([(major << 5) | 25, count >> 8, count & 255]);
}
