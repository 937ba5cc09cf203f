import { env } from "./env.ts";

/** The stage's secret for messages, and the one before it, whose links and sealed addresses still work. */
export const messageSecrets: [string, ...string[]] = [
  messageSecret(),
  ...(env.MESSAGE_SECRET_BEFORE ? [env.MESSAGE_SECRET_BEFORE] : []),
];

/** @throws Error on a deployed stage without a secret */
function messageSecret(): string {
  if (env.MESSAGE_SECRET) return env.MESSAGE_SECRET;
  if (env.SST_STAGE) throw new Error("MESSAGE_SECRET: must be set, to sign links in messages. See .env.example.");
  return "local";
}
