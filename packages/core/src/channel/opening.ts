import { createHmac } from "node:crypto";
import { messageSecrets } from "../base/messagesecret.ts";
import { createSeal, type Seal } from "../base/seal.ts";

let made: Seal | undefined;
const box = () => (made ??= createSeal("channel", messageSecrets()));

/** The address of a channel and what else opens it. For push, the keys of the subscription (base64url). */
export type Opening = { url: string; p256dh?: string; auth?: string } | { chatId: string };

export const sealOpening = (channelId: string, opening: Opening): string =>
  box().seal(Buffer.from(JSON.stringify(opening)), channelId);

/** Undefined where no secret of ours sealed it for this channel. */
export function openOpening<T extends Opening = Opening>(channelId: string, sealed: string): T | undefined {
  const bytes = box().open(sealed, channelId);
  return bytes && (JSON.parse(bytes.toString()) as T);
}

/** Seals anew what an older version of the secret sealed; undefined where none did. */
export const renewOpening = (channelId: string, sealed: string): string | undefined => box().renew(sealed, channelId);

/**
 * The secret of a webhook (24 bytes): derived from the stage's secret, the channel and its version, so that none is
 * stored. `whsec_` and base64, as Standard Webhooks writes it.
 */
export function webhookSecret(channelId: string, version: number, secret = messageSecrets()[0]): Buffer {
  return createHmac("sha256", secret).update(`webhook ${channelId} ${version}`).digest().subarray(0, 24);
}
export const shownSecret = (channelId: string, version: number): string =>
  `whsec_${webhookSecret(channelId, version).toString("base64")}`;

/** The token in the address of a feed or a calendar, derived as the secret of a webhook is; only its hash is stored. */
export function feedToken(channelId: string, version: number): string {
  return createHmac("sha256", messageSecrets()[0]).update(`feed ${channelId} ${version}`).digest("base64url");
}
