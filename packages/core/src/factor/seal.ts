import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { createSeal } from "../base/seal.ts";
import { versionsOf } from "../base/versions.ts";

const versions = versionsOf(env.FACTOR_SECRET ?? "local", env.FACTOR_SECRET_BEFORE) as [string, ...string[]];
const box = env.FACTOR_SECRET || !env.SST_STAGE ? createSeal("factor", versions) : null;

/**
 * Encrypts for one user: the text opens for no other.
 * @throws Problem `factor.unavailable` on a deployed stage without FACTOR_SECRET
 */
export function seal(bytes: Buffer, userId: string): string {
  if (!box) throw unavailable();
  return box.seal(bytes, userId);
}

/** @throws Problem `factor.unavailable` when no secret of ours has encrypted it */
export function unseal(sealed: string, userId: string): Buffer {
  const bytes = box?.open(sealed, userId);
  if (!bytes) throw unavailable();
  return bytes;
}

/** Seals anew what an older version of the secret sealed; undefined where none did. @throws as `seal` */
export function renew(sealed: string, userId: string): string | undefined {
  if (!box) throw unavailable();
  return box.renew(sealed, userId);
}

function unavailable(): Problem {
  const message = "Codes of an app cannot be checked at the moment.";
  return new Problem("upstream", "factor.unavailable", message, { retryAfter: 60 });
}
