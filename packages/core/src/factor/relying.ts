import { env } from "../base/env.ts";

const allowed = env.ALLOWED_ORIGINS.split(",")
  .map((origin) => origin.trim())
  .filter(Boolean);

/**
 * The domain that passkeys belong to (WebAuthn's RP ID): PASSKEY_RP_ID, else the host of the first of ALLOWED_ORIGINS,
 * else localhost.
 */
export const rpId = env.PASSKEY_RP_ID ?? (allowed[0] ? new URL(allowed[0]).hostname : "localhost");

const atDomain = allowed.filter((origin) => `.${new URL(origin).hostname}`.endsWith(`.${rpId}`));

/** The pages whose passkeys count: those of ALLOWED_ORIGINS at the domain, or else the domain's own page. */
export const origins = atDomain.length > 0 ? atDomain : [`https://${rpId}`];

/** COSE's numbers of EdDSA, ES256 and RS256, the best first. */
export const algorithms = [-8, -7, -257];
