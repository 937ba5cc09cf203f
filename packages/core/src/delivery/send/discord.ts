import type { Reply } from "../../base/reach.ts";
import type { Outcome, Sender } from "../outcome.ts";
import { cutBoth } from "./cut.ts";
import { createPoster, createRest, outcomeOf, type Read, secondsOf, type Write } from "./post.ts";

/** The most characters of a message at Discord. */
const most = 2_000;
/** Shows no preview of a link. */
const suppressEmbeds = 4;

/** Sends notes to a webhook of Discord. Messages of this process wait while Discord says that no more may come. */
export const createDiscord = (): Sender => createPoster(write, read, createRest(pauseOf));

/** Each sign that could format, link or call is written after a backslash. */
const plain = (text: string) => text.replace(/[\\`*_{}[\]()<>#+\-.!|~@:/&^]/g, "\\$&");

const write: Write = ({ id }, { url, ...note }, opening) => {
  const whole = (title: string, text: string) => [plain(title), plain(text), `<${url}>`].filter(Boolean).join("\n");
  const body = {
    content: cutBoth(note, whole, ({ length }) => length <= most),
    allowed_mentions: { parse: [] },
    flags: suppressEmbeds,
  };
  const headers = { "content-type": "application/json", "x-message": id };
  return { url: opening.url, headers, body: JSON.stringify(body) };
};

const read: Read = (reply, real): Outcome => {
  // The address has the webhook's token in it: a wrong one never becomes right.
  if (reply.status === 401) return { status: "refused", code: "HTTP 401", gone: true };
  const outcome = outcomeOf(reply, real);
  const after = pauseOf(reply, real);
  return outcome.status === "delayed" && after !== undefined ? { ...outcome, after } : outcome;
};

/** How long nothing more may come (s): what a refusal asks for, or the time until the next where this was the last. */
function pauseOf({ status, headers, body }: Reply, real: Date): number | undefined {
  const seconds = (name: string) => secondsOf([headers[name]].flat()[0], real);
  if (status === 429) return seconds("retry-after") ?? retryIn(body) ?? seconds("x-ratelimit-reset-after");
  return headers["x-ratelimit-remaining"] === "0" ? seconds("x-ratelimit-reset-after") : undefined;
}

function retryIn(body: Buffer): number | undefined {
  try {
    const { retry_after } = JSON.parse(body.toString()) as { retry_after?: unknown };
    return typeof retry_after === "number" && retry_after >= 0 ? Math.ceil(retry_after) : undefined;
  } catch {
    return undefined;
  }
}
