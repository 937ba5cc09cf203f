import { env } from "./env.ts";

/**
 * The stage's secret for messages, and the one before it, whose links and sealed addresses still work.
 * @throws Error on a deployed stage without a secret: letters about accounts need none, and still go
 */
export function messageSecrets(): [string, ...string[]] {
  const { MESSAGE_SECRET: secret, MESSAGE_SECRET_BEFORE: before } = env;
  if (!secret && env.SST_STAGE) throw new Error("MESSAGE_SECRET: must be set, to open channels. See .env.example.");
  return [secret ?? "local", ...(before ? [before] : [])];
}
