import type { Channel } from "../data/channels.ts";
import type { ChannelTexts } from "../words/channels.ts";

export const nameOf = ({ name, kind }: Pick<Channel, "name" | "kind">, words: ChannelTexts) =>
  name ?? words.kinds[kind];

/** Feeds and calendars are read by other programs; nothing is sent to them. */
export const isRead = (kind: Channel["kind"]) => kind === "atom" || kind === "calendar";

/** What a channel's owner may have anew; null where it has neither. */
export const turning = (kind: Channel["kind"]) => (kind === "webhook" ? "secret" : isRead(kind) ? "url" : null);

/** Why nothing is sent there, as a sentence; null where all is well. */
export function reasonOf({ kind, status, offBecause }: Channel, words: ChannelTexts): string | null {
  if (status === "unproven") return words.unproven[kind] ?? null;
  if (status === "off" && offBecause) return words.because(words.states.off, words.offBecause[offBecause]);
  return null;
}
