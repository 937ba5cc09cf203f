import { createCipheriv, createECDH, createPrivateKey, hkdfSync, randomBytes, sign } from "node:crypto";
import { env } from "../../base/env.ts";
import { versionsOf } from "../../base/versions.ts";
import type { Outcome, Sender } from "../outcome.ts";
import { cutBoth } from "./cut.ts";
import { createPoster, Unfit, type Write } from "./post.ts";

/** The most bytes of a payload before it is encrypted: push services take 4,096 after. */
const mostBytes = 3_900;
/** How long a push service keeps a message for a device that is away (s); later the price is another. */
const keptFor = 12 * 60 * 60;
/** How long the signed name of the sender is valid (s); RFC 8292 allows 24 hours. */
const signedFor = 12 * 60 * 60;

type Key = { publicKey: string; sign: (text: string) => Buffer };

/**
 * Sends notes by web push (RFC 8030), encrypted for the browser (RFC 8291) and signed by our key (RFC 8292). A push
 * service takes only the key that the browser subscribed with, so where it refuses one the next version is tried.
 */
export function createPush(): Sender {
  const senders = versionsOf(env.PUSH_PRIVATE_KEY).map((secret) => senderOf(keyOf(secret)));
  return async (...given) => {
    let outcome: Outcome = { status: "delayed", code: "no key" };
    for (const send of senders) {
      outcome = await send(...given);
      if (!(outcome.status === "refused" && /^HTTP 40[13]$/.test(outcome.code))) break;
    }
    return outcome;
  };
}

function senderOf(key: Key): Sender {
  const subject = subjectOf(env.MAIL_FROM, env.APP_URL);
  const write: Write = (message, { title, text, url }, { url: endpoint, p256dh = "", auth = "" }, real) => {
    const body = encrypt(payloadOf({ id: message.id, title, text, url }), p256dh, auth);
    const headers = {
      authorization: `vapid t=${statement(endpoint, subject, key, real)}, k=${key.publicKey}`,
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
      ttl: String(keptFor),
      urgency: message.kind === "alerts" ? "high" : "normal",
      // A repetition replaces a message that still waits for the device. An id is 30 characters of base64url.
      topic: message.id,
      "x-message": message.id,
    };
    return { url: endpoint, headers, body };
  };
  return createPoster(write);
}

/** What the client's service worker reads: JSON, of which only texts are cut. */
type Payload = { id: string; title: string; text: string; url: string };

function payloadOf({ id, url, ...note }: Payload): Buffer {
  const whole = (title: string, text: string) => Buffer.from(JSON.stringify({ id, title, text, url }));
  return cutBoth(note, whole, ({ length }) => length <= mostBytes);
}

/** Ours: P-256, with the public key as its point in base64url, as browsers take it. */
function keyOf(secret: string): Key {
  const point = pointOf(secret);
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const key = createPrivateKey({ key: { kty: "EC", crv: "P-256", d: secret, x, y }, format: "jwk" });
  return {
    publicKey: point.toString("base64url"),
    sign: (text) => sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }),
  };
}

function pointOf(secret: string): Buffer {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(Buffer.from(secret, "base64url"));
  return pair.getPublicKey();
}

/** The sender as RFC 8292 wants it: an address of mail, or else of the client. */
function subjectOf(from: string | undefined, app: string | undefined): string {
  const address = /<([^<>]+)>\s*$/.exec(from ?? "")?.[1] ?? from;
  return address ? `mailto:${address}` : (app ?? "");
}

/** A JWT (ES256) that names the push service, so that it can be used at no other. */
function statement(endpoint: string, subject: string, key: Key, real: Date): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    aud: new URL(endpoint).origin,
    exp: Math.floor(real.getTime() / 1000) + signedFor,
    sub: subject,
  };
  const text = `${part({ typ: "JWT", alg: "ES256" })}.${part(claims)}`;
  return `${text}.${key.sign(text).toString("base64url")}`;
}

/** Encrypts for one subscription, in one record (RFC 8188, aes128gcm). @throws Unfit for keys that are none */
function encrypt(payload: Buffer, p256dh: string, auth: string): Buffer {
  const [theirs, secret] = [Buffer.from(p256dh, "base64url"), Buffer.from(auth, "base64url")];
  const pair = createECDH("prime256v1");
  const ours = pair.generateKeys();
  let shared: Buffer;
  try {
    shared = pair.computeSecret(theirs);
  } catch {
    throw new Unfit("keys");
  }
  const derive = (from: Buffer, salt: Buffer, info: Buffer | string, length: number) =>
    Buffer.from(hkdfSync("sha256", from, salt, info, length));
  const both = Buffer.concat([Buffer.from("WebPush: info\0"), theirs, ours]);
  const material = derive(shared, secret, both, 32);
  const salt = randomBytes(16);
  const cipher = createCipheriv(
    "aes-128-gcm",
    derive(material, salt, "Content-Encoding: aes128gcm\0", 16),
    derive(material, salt, "Content-Encoding: nonce\0", 12),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32BE(4_096);
  // 2 marks the last record.
  const record = [cipher.update(payload), cipher.update(Buffer.from([2])), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([salt, size, Buffer.from([ours.length]), ours, ...record]);
}
