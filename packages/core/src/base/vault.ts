import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { keyOf, newestKey } from "./datakey.ts";
import { logger } from "./log.ts";
import * as Metric from "./metric.ts";

const nonceBytes = 12;
const tagBytes = 16;
const settings = { authTagLength: tagBytes } as const;
const form = /^([1-9]\d{0,8})\.([\w-]{38,})$/;

/** A row to seal a value for: its id, its owner's id, and a value that JSON can hold. */
export type Open = { id: string; owner: string; value: unknown };
/** A row with its sealed value. */
export type Sealed = { id: string; owner: string; sealed: string };

/**
 * Seals one value a row with AES-256-GCM: a nonce of 96 random bits, a tag of 128 bits, and the table, the row's id, the
 * owner's id and the key's version authenticated beside it, so that a value opens only where it was sealed for. Returns
 * `<version>.<nonce, tag and text in base64url>` for each row, in their order. Asks Postgres and KMS for the newest data
 * key at its first call in a process, and Postgres again every five minutes, so that a new key comes into use.
 * @throws Problem `service.unavailable` when the key cannot be had
 */
export async function sealAll(table: string, rows: Open[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const { version, key } = await newestKey();
  return rows.map(({ id, owner, value }) => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", key, nonce, settings).setAAD(beside(table, id, owner, version));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
    return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url")}`;
  });
}

/**
 * Opens what `sealAll` sealed, in the order of the rows. A value that was moved to another row or owner, altered, cut, or
 * sealed with a key that is not known is undefined, and noted in the log, once in a process, with its table and row.
 * @throws Problem `service.unavailable` when a key cannot be had
 */
export async function openAll(table: string, rows: Sealed[]): Promise<(unknown | undefined)[]> {
  const parts = rows.map(({ sealed }) => form.exec(sealed));
  const versions = [...new Set(parts.flatMap((part) => (part ? [Number(part[1])] : [])))];
  const keys = new Map<number, KeyObject | undefined>();
  for (const version of versions) keys.set(version, await keyOf(version));
  return rows.map(({ id, owner }, index) => {
    const [, version = "", text = ""] = parts[index] ?? [];
    const key = keys.get(Number(version));
    const value = key && open(key, Buffer.from(text, "base64url"), beside(table, id, owner, version));
    if (value === undefined) note(table, id);
    return value;
  });
}

function open(key: KeyObject, bytes: Buffer, aad: Buffer): unknown {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), settings)
      .setAAD(aad)
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const start = decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8");
    return JSON.parse(start + decipher.final("utf8"));
  } catch {
    return undefined;
  }
}

/** Lengths are told apart by the quotes of JSON: no two rows have the same bytes. */
function beside(table: string, id: string, owner: string, version: number | string): Buffer {
  return Buffer.from(JSON.stringify([table, id, owner, String(version)]));
}

/** The rows that were noted in this process; a list that is read often is noted once. */
const noted = new Set<string>();

function note(table: string, row: string): void {
  const name = `${table} ${row}`;
  if (noted.has(name)) return;
  if (noted.size >= 1_000) noted.clear();
  noted.add(name);
  logger.error("vault.unreadable", { table, row });
  Metric.emit({ RowsAtFault: [1, "Count"] });
}
