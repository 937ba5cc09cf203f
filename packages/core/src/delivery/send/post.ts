import { type Reply, send, Unreachable } from "../../base/reach.ts";
import * as Channel from "../../channel.ts";
import type { Claimed } from "../claim.ts";
import type { NoteWords } from "../note.ts";
import type { Outcome, Sender } from "../outcome.ts";

/** A request that carries a note to its channel. */
export type Post = { url: string; headers: Record<string, string>; body: Buffer | string };

/** What opens a channel with an address of its owner's; for push, with the keys of the subscription (base64url). */
type Opening = { url: string; p256dh?: string; auth?: string };

/** Writes the request of a note; `Unfit` where the channel's own data make none. */
export type Write = (message: Claimed, note: NoteWords, opening: Opening, real: Date) => Post;
export class Unfit extends Error {}

/** What came of a request, by its answer. */
export type Read = (reply: Reply, real: Date) => Outcome;

/**
 * Sends notes to addresses that people gave, by the client that reaches the public internet alone. `read` says what an
 * answer means where it is another than usual; `rest` keeps a service's pauses.
 */
export function createPoster(write: Write, read: Read = outcomeOf, rest?: Rest): Sender {
  return async (message, words, real) => {
    const { id, sealed } = message.channel ?? {};
    if (!id || !sealed) return { status: "refused", code: "no address" };
    const opening = await opened<Opening>(id, sealed);
    if (!opening) return { status: "delayed", code: "sealed" };
    const pause = rest?.left(opening.url, real);
    if (pause) return { status: "delayed", code: "resting", after: pause };
    try {
      const { url, ...request } = write(message, words as NoteWords, opening, real);
      const reply = await send(url, request);
      rest?.note(opening.url, reply, real);
      return read(reply, real);
    } catch (error) {
      if (error instanceof Unfit) return { status: "refused", code: error.message };
      if (error instanceof Unreachable) return { status: "refused", code: "address" };
      return { status: "delayed", code: "unreachable" };
    }
  };
}

/** What opens a channel; undefined where the stage's secret is missing or another one, which may be corrected. */
export async function opened<T extends { url: string } | { chatId: string }>(
  id: string,
  sealed: string,
): Promise<T | undefined> {
  const { openOpening } = await Channel.opening();
  try {
    return openOpening<T>(id, sealed);
  } catch {
    return undefined;
  }
}

/** 404 and 410 say that the address is no more; 408, 425, 429 and 5xx that a later try may do. A redirect is refused. */
export function outcomeOf({ status, headers }: Reply, real: Date): Outcome {
  const code = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { status: "sent" };
  if (status === 404 || status === 410) return { status: "refused", code, gone: true };
  if (status < 500 && ![408, 425, 429].includes(status)) return { status: "refused", code };
  const after = secondsOf(headers["retry-after"], real);
  return { status: "delayed", code, ...(after === undefined ? {} : { after }) };
}

/** The seconds of a `Retry-After`, which is a number of them or a date (RFC 9110); undefined without one to go by. */
export function secondsOf(value: string | undefined, real: Date): number | undefined {
  if (value === undefined || value.trim() === "") return undefined;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : (Date.parse(value) - real.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** The pauses that a service asks for, by address, in this process: until then nothing is sent there. */
export type Rest = {
  /** How many seconds are left; 0 for none. */
  left: (key: string, real: Date) => number;
  note: (key: string, reply: Reply, real: Date) => void;
};

/** `secondsIn` reads from an answer how long to pause; undefined for not at all. */
export function createRest(secondsIn: (reply: Reply, real: Date) => number | undefined): Rest {
  const until = new Map<string, number>();
  return {
    left: (key, real) => Math.max(0, Math.ceil(((until.get(key) ?? 0) - real.getTime()) / 1000)),
    note(key, reply, real) {
      for (const [other, end] of until) if (end <= real.getTime()) until.delete(other);
      const seconds = secondsIn(reply, real);
      if (seconds) until.set(key, real.getTime() + seconds * 1000);
    },
  };
}
