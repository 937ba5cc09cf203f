import type { Network } from "../base/reach.ts";
import type { Claimed } from "./claim.ts";
import type { Sender } from "./outcome.ts";
import { createDiscord } from "./send/discord.ts";
import { createMail, type Send } from "./send/email.ts";
import { createNtfy } from "./send/ntfy.ts";
import { createPush } from "./send/push.ts";
import { createSlack } from "./send/slack.ts";
import { createTelegram } from "./send/telegram.ts";
import { createWebhook } from "./send/webhook.ts";

/** The kinds of channels, with letters about accounts as `email`; each has its own tries under way. */
export type Lane = NonNullable<Claimed["channel"]>["kind"];

export const laneOf = ({ channel }: Claimed): Lane => channel?.kind ?? "email";

/** The senders of this process. In tests `mail` stands in for SES, and `network` for the internet. */
export function createSenders(mail?: Send, network?: Network): Partial<Record<Lane, Sender>> {
  return { email: createMail(mail), webhook: createWebhook(network), ...notes };
}

/** Made once, because some keep the pauses that a service asked for. */
const notes = {
  push: createPush(),
  ntfy: createNtfy(),
  slack: createSlack(),
  discord: createDiscord(),
  telegram: createTelegram(),
};
