import { channels as english } from "./en/channels.ts";
import { lateWords } from "./late.ts";

/** The texts of channels, of when messages come, and of what a message leads to. */
export type ChannelTexts = ReturnType<typeof english>;

export const useChannelTexts = lateWords<ChannelTexts>(english, {
  de: async () => (await import("./de/channels.ts")).channels,
});
