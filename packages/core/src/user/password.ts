import * as argon2 from "@node-rs/argon2";

/** Argon2id (the package's default kind) at the costs OWASP names first; about 11 ms on a thread of libuv's pool. */
const cost = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };

/** A well-formed hash at the same cost that no known password has: 16 zero bytes of salt, 32 of digest. */
const nobody = `$argon2id$v=19$m=47104,t=1,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;

/** The PHC string to store. Compared in NFKC, so that keyboards which compose letters differently agree. */
export function hash(password: string): Promise<string> {
  return argon2.hash(password.normalize("NFKC"), cost);
}

/** Whether the password has this hash. Nobody's (no such account) takes as long as anyone's, and is never right. */
export async function verify(stored: string | undefined, password: string): Promise<boolean> {
  const same = await argon2.verify(stored ?? nobody, password.normalize("NFKC"));
  return same && stored !== undefined;
}
