import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import * as v from "valibot";
import { type Answer, type Server, serve } from "./http.ts";
import { type Key, signed } from "./signature.ts";

/** A symmetric key of KMS: its id, and its 32 bytes in base64url, which never leave the stand-in. */
type MasterKey = { id: string; material: string };

/** KMS's API in front of one key. `requests` counts what was asked, `context` is the one that was last given. */
export type KmsGateway = Server & { key: string; requests: number; context: Record<string, string> };

const alias = "alias/travel-conductor";
/** The name that the key of a stage has (stacks/vault.ts), of the stage `local`. */
const aliasOfStage = "alias/local-travel-conductor-vault";
const account = "arn:aws:kms:us-east-1:000000000000";
const limit = 64 * 1024;
const nonceBytes = 12;

const Context = v.optional(v.record(v.pipe(v.string(), v.nonEmpty()), v.string()), {});
const Blob = v.pipe(v.string(), v.base64(), v.nonEmpty(), v.maxLength(8_192));
const GenerateDataKey = v.strictObject({
  KeyId: v.string(),
  KeySpec: v.picklist(["AES_256", "AES_128"]),
  EncryptionContext: Context,
});
const Decrypt = v.strictObject({ CiphertextBlob: Blob, KeyId: v.optional(v.string()), EncryptionContext: Context });

/** A new key. */
const newMasterKey = (): MasterKey => ({ id: randomUUID(), material: randomBytes(32).toString("base64url") });

/** The key in this file, which is made where there is none: what it wrapped can be unwrapped after the next start. */
export function keptMasterKey(file: string): MasterKey {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as MasterKey;
  const key = newMasterKey();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  return key;
}

/**
 * Speaks the protocol of KMS's GenerateDataKey and Decrypt to callers that sign with `key`, and refuses what KMS refuses:
 * an unsigned request, an unknown key, a blob that was altered or is of another key, and another encryption context than
 * the one a blob was made for. The master key is known by its id, its ARN and two aliases.
 */
export async function startKms(key: Key, master: MasterKey = newMasterKey(), port = 0): Promise<KmsGateway> {
  const names = [master.id, alias, aliasOfStage, ...[`key/${master.id}`, alias].map((name) => `${account}:${name}`)];
  const arn = `${account}:key/${master.id}`;
  const material = Buffer.from(master.material, "base64url");

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    state.requests += 1;
    if (request.method !== "POST" || request.url !== "/") return refused("UnknownOperationException");
    if (!signed("kms", key, request, body)) return refused("InvalidSignatureException");
    const [prefix, operation = ""] = String(request.headers["x-amz-target"]).split(".");
    if (request.headers["content-type"] !== "application/x-amz-json-1.1" || prefix !== "TrentService")
      return refused("UnknownOperationException");
    if (operation === "GenerateDataKey") return generate(body);
    return operation === "Decrypt" ? decrypt(body) : refused("UnknownOperationException");
  }

  function generate(body: Buffer): Answer {
    const asked = v.safeParse(v.pipe(v.string(), v.parseJson(), GenerateDataKey), body.toString());
    if (!asked.success) return refused("ValidationException");
    const { KeyId, KeySpec, EncryptionContext } = asked.output;
    if (!names.includes(KeyId)) return refused("NotFoundException");
    state.context = EncryptionContext;
    const plain = randomBytes(KeySpec === "AES_256" ? 32 : 16);
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", material, nonce).setAAD(canonical(EncryptionContext));
    const text = Buffer.concat([cipher.update(plain), cipher.final()]);
    const blob = Buffer.concat([Buffer.from(master.id), nonce, cipher.getAuthTag(), text]);
    return {
      status: 200,
      body: { CiphertextBlob: blob.toString("base64"), KeyId: arn, Plaintext: plain.toString("base64") },
    };
  }

  function decrypt(body: Buffer): Answer {
    const asked = v.safeParse(v.pipe(v.string(), v.parseJson(), Decrypt), body.toString());
    if (!asked.success) return refused("ValidationException");
    const { KeyId, CiphertextBlob, EncryptionContext } = asked.output;
    if (KeyId !== undefined && !names.includes(KeyId)) return refused("NotFoundException");
    state.context = EncryptionContext;
    const blob = Buffer.from(CiphertextBlob, "base64");
    const [nonceAt, tagAt, textAt] = [36, 36 + nonceBytes, 36 + nonceBytes + 16];
    if (blob.length <= textAt) return refused("InvalidCiphertextException");
    const maker = blob.subarray(0, nonceAt).toString();
    if (maker !== master.id)
      return refused(/^[0-9a-f-]{36}$/.test(maker) ? "IncorrectKeyException" : "InvalidCiphertextException");
    try {
      const decipher = createDecipheriv("aes-256-gcm", material, blob.subarray(nonceAt, tagAt), { authTagLength: 16 })
        .setAAD(canonical(EncryptionContext))
        .setAuthTag(blob.subarray(tagAt, textAt));
      const plain = Buffer.concat([decipher.update(blob.subarray(textAt)), decipher.final()]);
      return {
        status: 200,
        body: { KeyId: arn, Plaintext: plain.toString("base64"), EncryptionAlgorithm: "SYMMETRIC_DEFAULT" },
      };
    } catch {
      return refused("InvalidCiphertextException");
    }
  }

  const state: KmsGateway = { ...(await serve(answer, limit, port)), key: alias, requests: 0, context: {} };
  return state;
}

/** The pairs of a context in one order: KMS does not mind theirs. */
function canonical(context: Record<string, string>): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function refused(type: string): Answer {
  return {
    status: 400,
    body: { __type: type, message: type },
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": type },
  };
}
