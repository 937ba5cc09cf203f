import { randomBytes, randomUUID } from "node:crypto";
import * as v from "valibot";
import { Refused } from "../command.ts";
import { cipherName, clearFrames, type Frames, sealedFrames } from "./frame.ts";

/** The first line of each backup. */
const magic = "travel-conductor backup ";
const format = 1;
/** Both lines of the header, with a key for hundreds of recipients. */
export const longestHeader = 256 * 1024;

const Header = v.strictObject({
  /** Tells whether a restore that was cut goes on with the same backup. */
  id: v.pipe(v.string(), v.uuid()),
  cipher: v.picklist([cipherName, "none"]),
  /** The key of the frames (32 bytes), as an age file for the recipients, in base64. */
  key: v.optional(v.pipe(v.string(), v.base64())),
});
export type Header = v.InferOutput<typeof Header>;

/** A new header and its frames: with a new key, which age wraps for each of `recipients`; in clear text without any. */
export async function newHeader(recipients: string[]): Promise<{ header: Header; bytes: Buffer; frames: Frames }> {
  const id = randomUUID();
  if (recipients.length === 0) {
    const header: Header = { id, cipher: "none" };
    const bytes = bytesOf(header);
    return { header, bytes, frames: clearFrames(bytes) };
  }
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new Refused(`${recipient} is no recipient of age: one begins with age1.`);
    }
  }
  const key = randomBytes(32);
  const wrapped = Buffer.from(await encrypter.encrypt(key)).toString("base64");
  const header: Header = { id, cipher: cipherName, key: wrapped };
  const bytes = bytesOf(header);
  return { header, bytes, frames: sealedFrames(key, bytes) };
}

/** Reads the header of a backup, without its newlines. @throws Refused where it is none, or one of another format */
export function parseHeader(first: string, second: string): Header {
  if (!first.startsWith(magic)) throw new Refused("This file is no backup of Travel Conductor.");
  if (first !== `${magic}${format}`) {
    throw new Refused(`This backup has format ${first.slice(magic.length)}; this program reads format ${format}.`);
  }
  try {
    return v.parse(Header, JSON.parse(second));
  } catch {
    throw new Refused("The header of this backup is damaged.");
  }
}

/**
 * The frames of a backup with this header, whose key one of the identities unwraps.
 * @throws Refused where none does
 */
export async function framesOf(header: Header, identities: string[]): Promise<Frames> {
  const bytes = bytesOf(header);
  if (header.cipher === "none") return clearFrames(bytes);
  if (identities.length === 0) {
    throw new Refused("This backup is encrypted: BACKUP_IDENTITY_FILE must name the file with its key.");
  }
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      throw new Refused("A line of BACKUP_IDENTITY_FILE is no key of age: one begins with AGE-SECRET-KEY-.");
    }
  }
  const key = await decrypter.decrypt(Buffer.from(header.key ?? "", "base64")).catch(() => undefined);
  if (key?.length !== 32) throw new Refused("The key in BACKUP_IDENTITY_FILE does not open this backup.");
  return sealedFrames(Buffer.from(key), bytes);
}

function bytesOf(header: Header): Buffer {
  return Buffer.from(`${magic}${format}\n${JSON.stringify(header)}\n`);
}
