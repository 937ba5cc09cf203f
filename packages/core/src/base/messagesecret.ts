import { env } from "./env.ts";
import { versionsOf } from "./versions.ts";

/**
 * The versions of the stage's secret for messages: the first signs and seals, and links and sealed addresses of all
 * work.
 * @throws Error on a deployed stage without a secret: letters about accounts need none, and still go
 */
export function messageSecrets(): [string, ...string[]] {
  const { MESSAGE_SECRET: secret, MESSAGE_SECRET_BEFORE: before } = env;
  if (!secret && env.SST_STAGE) throw new Error("MESSAGE_SECRET: must be set, to open channels. See .env.example.");
  return versionsOf(secret ?? "local", before) as [string, ...string[]];
}
