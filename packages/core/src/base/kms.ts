import { signedFetch } from "./aws.ts";
import { env } from "./env.ts";

const askKms = signedFetch("kms");

/** What a data key is wrapped for, and must be unwrapped for again. It appears in the log of the service in clear. */
export type EncryptionContext = Record<string, string>;

/** KMS did not answer, or refused: `code` is the name of its error, or `unreachable`. */
export class KmsError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`KMS: ${code}`);
    this.name = "KmsError";
    this.code = code;
  }

  /** Whether the wrapped key itself is at fault: altered, of another key, or wrapped for another context. */
  get isOfBlob(): boolean {
    return this.code === "InvalidCiphertextException" || this.code === "IncorrectKeyException";
  }
}

/** Has KMS make a data key of 32 bytes. Returns it in clear, and wrapped in base64. @throws KmsError */
export async function generateDataKey(context: EncryptionContext): Promise<{ plain: Buffer; wrapped: string }> {
  const { Plaintext, CiphertextBlob } = await call<{ Plaintext: string; CiphertextBlob: string }>("GenerateDataKey", {
    KeyId: keyId(),
    KeySpec: "AES_256",
    EncryptionContext: context,
  });
  return { plain: Buffer.from(Plaintext, "base64"), wrapped: CiphertextBlob };
}

/** Unwraps a data key. @throws KmsError */
export async function unwrap(wrapped: string, context: EncryptionContext): Promise<Buffer> {
  const { Plaintext } = await call<{ Plaintext: string }>("Decrypt", {
    KeyId: keyId(),
    CiphertextBlob: wrapped,
    EncryptionContext: context,
  });
  return Buffer.from(Plaintext, "base64");
}

function keyId(): string {
  if (env.KMS_KEY === undefined) throw new Error("KMS_KEY is not set: nothing can be sealed or opened.");
  return env.KMS_KEY;
}

/**
 * Runs one operation of KMS (https://docs.aws.amazon.com/kms/latest/APIReference, JSON protocol 1.1). A second try
 * follows one that got no answer within two seconds, or an answer of 5xx: each operation may be repeated.
 */
async function call<T>(operation: string, asked: object, tries = 2): Promise<T> {
  const response = await askKms(new URL("/", env.KMS_URL ?? `https://kms.${env.AWS_REGION}.amazonaws.com`).href, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${operation}` },
    body: JSON.stringify(asked),
    signal: AbortSignal.timeout(2_000),
  }).catch(() => undefined);
  if (response?.ok) return (await response.json()) as T;
  if (tries > 1 && (response === undefined || response.status >= 500)) return call(operation, asked, tries - 1);
  const refusal = (await response?.json().catch(() => undefined)) as { __type?: string } | undefined;
  throw new KmsError(refusal?.__type?.split("#").at(-1) ?? (response ? `HTTP ${response.status}` : "unreachable"));
}
