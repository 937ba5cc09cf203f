import type { Claimed, Words } from "./claim.ts";

/**
 * What came of a try: `sent` when the other side confirmed that it took the message. A `refused` one would be refused
 * again, a `delayed` one may be sent later, not before `after` seconds where the other side asks for that; `code` is the
 * reason in its own words, or `unreachable`. `gone`: the address is no more, so that its channel is to be turned off.
 * `answer` is the start of what a machine answered.
 */
export type Outcome = { answer?: string } & (
  | { status: "sent"; providerId?: string }
  | { status: "refused"; code: string; gone?: true }
  | { status: "delayed"; code: string; after?: number }
);

/** A try of a message, with what came of it and how long it took (ms). */
export type Try = { message: Claimed; outcome: Outcome; milliseconds: number };

/** Sends a message on the channels of one kind. Never throws: a failure is an outcome. */
export type Sender = (message: Claimed, words: Words, real: Date) => Promise<Outcome>;
