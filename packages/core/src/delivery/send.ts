import type { Claimed } from "./claim.ts";
import type { Sender } from "./outcome.ts";
import { createDiscord } from "./send/discord.ts";
import { createMail, type Send } from "./send/email.ts";
import { createNtfy } from "./send/ntfy.ts";
import { createPush } from "./send/push.ts";
import { createSlack } from "./send/slack.ts";
import { createTelegram } from "./send/telegram.ts";

/** The kinds of channels, with letters about accounts as `email`; each has its own tries under way. */
export type Lane = NonNullable<Claimed["channel"]>["kind"];

export const laneOf = ({ channel }: Claimed): Lane => channel?.kind ?? "email";

/** The senders of this process. `mail` stands in for SES in tests. */
export function createSenders(mail?: Send): Partial<Record<Lane, Sender>> {
  return { email: createMail(mail), ...notes };
}

/** Made once, because some keep the pauses that a service asked for. */
const notes = {
  push: createPush(),
  ntfy: createNtfy(),
  slack: createSlack(),
  discord: createDiscord(),
  telegram: createTelegram(),
};
