import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aws } from "@travel-conductor/core/base/env";
import { afterAll, expect, test } from "vitest";
import { keptMasterKey, startKms } from "../src/kms.ts";

const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret = "" } = process.env;
const key = { id, secret };
const folder = mkdtempSync(join(tmpdir(), "kms-"));
const kms = await startKms(key, keptMasterKey(join(folder, "kms-key")));
const other = await startKms(key);
const stranger = await startKms({ id, secret: "another" });
afterAll(async () => {
  await Promise.all([kms.stop(), other.stop(), stranger.stop()]);
  rmSync(folder, { recursive: true });
});

const EncryptionContext = { stage: "test", dataKey: "1" };

async function ask(operation: string, asked: object, { at = kms } = {}) {
  const response = await aws("kms", 0).fetch(`${at.url}/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${operation}` },
    body: JSON.stringify(asked),
  });
  return (await response.json()) as Record<string, string>;
}

const made = await ask("GenerateDataKey", { KeyId: kms.key, KeySpec: "AES_256", EncryptionContext });
const CiphertextBlob = made.CiphertextBlob ?? "";
const altered = Buffer.from(CiphertextBlob, "base64");
altered[altered.length - 1]! ^= 1;

test("a data key is unwrapped for the context it was made for, in any order of its pairs", async () => {
  expect(Buffer.from(made.Plaintext ?? "", "base64")).toHaveLength(32);
  const EncryptionContext = { dataKey: "1", stage: "test" };
  expect(await ask("Decrypt", { CiphertextBlob, EncryptionContext })).toMatchObject({
    Plaintext: made.Plaintext,
    KeyId: made.KeyId,
  });
});

test("after a restart with the same file it unwraps what it wrapped before", async () => {
  const again = await startKms(key, keptMasterKey(join(folder, "kms-key")));
  const answer = await ask("Decrypt", { CiphertextBlob, EncryptionContext }, { at: again });
  await again.stop();
  expect(answer.Plaintext).toBe(made.Plaintext);
});

test.each<[string, string, string, object, object?]>([
  [
    "another context",
    "InvalidCiphertextException",
    "Decrypt",
    { CiphertextBlob, EncryptionContext: { stage: "test" } },
  ],
  ["no context", "InvalidCiphertextException", "Decrypt", { CiphertextBlob }],
  [
    "an altered blob",
    "InvalidCiphertextException",
    "Decrypt",
    { CiphertextBlob: altered.toString("base64"), EncryptionContext },
  ],
  [
    "a short blob",
    "InvalidCiphertextException",
    "Decrypt",
    { CiphertextBlob: CiphertextBlob.slice(0, 40), EncryptionContext },
  ],
  ["a blob of another key", "IncorrectKeyException", "Decrypt", { CiphertextBlob, EncryptionContext }, { at: other }],
  ["an unknown key", "NotFoundException", "GenerateDataKey", { KeyId: "alias/none", KeySpec: "AES_256" }],
  ["an unknown key to unwrap with", "NotFoundException", "Decrypt", { KeyId: "alias/none", CiphertextBlob }],
  ["a field that is not one", "ValidationException", "Decrypt", { CiphertextBlob, Context: {} }],
  ["another operation", "UnknownOperationException", "Encrypt", {}],
  ["a wrong signature", "InvalidSignatureException", "Decrypt", { CiphertextBlob }, { at: stranger }],
])("refuses %s", async (_, type, operation, asked, options) => {
  expect((await ask(operation, asked, options)).__type).toBe(type);
});
