import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { keyOf, newestKey } from "./datakey.ts";
import { logger } from "./log.ts";
import * as Metric from "./metric.ts";

const nonceBytes = 12;
const tagBytes = 16;
const settings = { authTagLength: tagBytes } as const;
const versionForm = /^[1-9]\d{0,8}$/;
/** Looked for, not matched as a whole: a part of an export has megabytes. */
const foreign = /[^\w-]/;
const leastText = Math.ceil(((nonceBytes + tagBytes) * 4) / 3);

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
  const nonces = randomBytes(nonceBytes * rows.length);
  return rows.map(({ id, owner, value }, index) => {
    const nonce = nonces.subarray(index * nonceBytes, (index + 1) * nonceBytes);
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
  const versions = rows.map(({ sealed }) => {
    const version = sealed.slice(0, Math.max(0, sealed.indexOf(".")));
    return versionForm.test(version) ? version : undefined;
  });
  const keys = new Map<string | undefined, KeyObject | undefined>();
  for (const version of new Set(versions)) if (version) keys.set(version, await keyOf(Number(version)));
  return rows.map(({ id, owner, sealed }, index) => {
    const version = versions[index];
    const key = keys.get(version);
    const value = key && version && open(key, sealed.slice(version.length + 1), beside(table, id, owner, version));
    if (value === undefined) note(table, id);
    return value;
  });
}

/** The id to seal a part of a row's list for: each part is sealed by itself, so that they can be counted without a key. */
export const partId = (id: string, index: number) => `${id}/${index}`;

/** The parts of a row's list as rows to open; a part without a sealed value does not open. */
export const partsOf = (id: string, owner: string, parts: { sealed?: string }[]): Sealed[] =>
  parts.map(({ sealed = "" }, index) => ({ id: partId(id, index), owner, sealed }));

function open(key: KeyObject, text: string, aad: Buffer): unknown {
  // Node skips signs that are none of base64url.
  if (text.length < leastText || foreign.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), settings)
      .setAAD(aad)
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const clear = decipher.update(bytes.subarray(nonceBytes + tagBytes));
    decipher.final();
    return JSON.parse(clear.toString());
  } catch {
    return undefined;
  }
}

/** The id's length tells where it ends: no two rows have the same bytes, as names of tables have no spaces. */
function beside(table: string, id: string, owner: string, version: number | string): Buffer {
  return Buffer.from(`${version} ${table} ${id.length} ${id} ${owner}`);
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
