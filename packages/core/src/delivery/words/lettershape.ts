import type { Data, Kind } from "../../outbox.ts";
import type { Part } from "../layout.ts";

/** The kinds that are letters about an account or a watch, with words of their own. */
export type LetterKind = Exclude<Kind, "alerts" | "digest" | "test">;

/**
 * What the words of a letter are made with: addresses of the client's pages, moments on the reader's clocks, and the
 * link that keeps silent watches going, signed for the reader, which works a month longer than they do.
 */
export type Say = {
  link: (path: string) => string;
  moment: (instant: string) => string;
  keep: (until: string) => string;
};

/** The words of the letters about an account or a watch, in one language. */
export type LetterWords = {
  [K in LetterKind]: (data: Data[K], say: Say) => { subject: string; parts: Part[] };
};
