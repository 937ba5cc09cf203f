import { Problem } from "../base/error.ts";
import { emailKey, fold } from "../base/mailbox.ts";

/** Native binaries, loaded by the first password, because most processes never need them. */
const argon2 = () => import("@node-rs/argon2");
const bcrypt = () => import("@node-rs/bcrypt");

/** Argon2id (the package's default) at the costs that OWASP names first; about 11 ms on a thread of libuv's pool. */
const cost = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };

/**
 * A well-formed hash at the same cost that no known password has: 16 zero bytes of salt, 32 of digest. It is also that of
 * an account that only a reset opens.
 */
export const unknownHash = `$argon2id$v=19$m=47104,t=1,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Returns the PHC string to store. Passwords are compared in NFKC, so that keyboards which compose letters differently
 * agree.
 */
export async function hash(password: string): Promise<string> {
  return (await argon2()).hash(password.normalize("NFKC"), cost);
}

/**
 * Checks a password against a hash, ours or the bcrypt of an imported account, on a thread of libuv's pool. Without a
 * stored hash (no such account) it takes as long as with one of ours, and is never right.
 */
export async function verify(stored: string | undefined, password: string): Promise<boolean> {
  if (stored !== undefined && isOutdatedHash(stored)) return (await bcrypt()).verify(password, stored);
  const same = await (await argon2()).verify(stored ?? unknownHash, password.normalize("NFKC"));
  return same && stored !== undefined;
}

/**
 * Returns whether the hash of a correct password can be replaced. Bcrypt reads 72 bytes: anything after them may be
 * mistyped, and must not become the password.
 */
export function isReplaceable(stored: string, password: string): boolean {
  return isOutdatedHash(stored) && Buffer.byteLength(password) <= 72;
}

/** Among the first words that are tried here; docs/security.md lists them. */
const ownName = /travel[\s._-]*conductor/;

/**
 * Refuses one of the most common passwords, or one that contains the product's name or the account's own address.
 * @throws Problem `user.password_common`, `user.password_email`, at the field `pointer`
 */
export async function requireAcceptable(password: string, email: string, pointer: string): Promise<void> {
  const plain = fold(password);
  const [local = ""] = emailKey(email).split("@");
  if (plain.includes(emailKey(email)) || (local.length >= 4 && plain.includes(local))) {
    const detail = "must not contain the e-mail address";
    throw new Problem("input", "user.password_email", "This password contains the e-mail address.", {
      errors: [{ pointer, detail }],
    });
  }
  const { isCommon: common } = await import("./common.ts");
  if (common(plain) || ownName.test(plain)) {
    const detail = "is among the most common passwords";
    throw new Problem("input", "user.password_common", "This password is one of the first that are tried.", {
      errors: [{ pointer, detail }],
    });
  }
}

const isOutdatedHash = (stored: string) => /^\$2[aby]\$/.test(stored);
