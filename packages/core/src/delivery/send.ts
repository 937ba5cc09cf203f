import type { Claimed } from "./claim.ts";
import type { Sender } from "./outcome.ts";
import { createMail, type Send } from "./send/email.ts";

/** The kinds of channels, with letters about accounts as `email`; each has its own tries under way. */
export type Lane = NonNullable<Claimed["channel"]>["kind"];

export const laneOf = ({ channel }: Claimed): Lane => channel?.kind ?? "email";

/** The senders of this process. `mail` stands in for SES in tests. */
export function createSenders(mail?: Send): Partial<Record<Lane, Sender>> {
  return { email: createMail(mail) };
}
