import { lazy } from "../base/lazy.ts";
import type { Network } from "../base/reach.ts";
import type { Claimed } from "./claim.ts";
import type { Sender } from "./outcome.ts";
import { createMail, type Send } from "./send/email.ts";

/** The kinds of channels, with letters about accounts as `email`; each has its own tries under way. */
export type Lane = NonNullable<Claimed["channel"]>["kind"];

export const laneOf = ({ channel }: Claimed): Lane => channel?.kind ?? "email";

/** The senders of this process. In tests `mail` stands in for SES, and `network` for the internet. */
export function createSenders(mail?: Send, network?: Network): Record<Lane, Sender> {
  const webhook = lazy(async () => (await import("./send/webhook.ts")).createWebhook(network));
  return { email: createMail(mail), webhook, ...notes };
}

/** Loaded at their first message. Made once, because some keep the pauses that a service asked for. */
const notes = {
  push: once(async () => (await import("./send/push.ts")).createPush()),
  ntfy: once(async () => (await import("./send/ntfy.ts")).createNtfy()),
  slack: once(async () => (await import("./send/slack.ts")).createSlack()),
  discord: once(async () => (await import("./send/discord.ts")).createDiscord()),
  telegram: once(async () => (await import("./send/telegram.ts")).createTelegram()),
};

function once(make: () => Promise<Sender>): Sender {
  let made: Promise<Sender> | undefined;
  return lazy(() => {
    made ??= make();
    return made;
  });
}
