import type { Sender } from "../outcome.ts";
import { cut } from "./cut.ts";
import { createPoster, Unfit, type Write } from "./post.ts";

/** ntfy's own limits, in bytes: a longer message would become a file. */
const mostBytes = { title: 250, message: 4_000 };

/**
 * Publishes notes on a topic of an ntfy server, as JSON to the address above the topic, which takes any text in any
 * script. The sequence id makes a repetition replace the message before (ntfy 2.16; an older server shows it twice).
 */
export const createNtfy = (): Sender => createPoster(write);

const write: Write = ({ id }, { title, text, url }, opening) => {
  const address = new URL(opening.url);
  const [, above, topic] = /^(.*\/)([-\w]{1,64})\/?$/.exec(address.pathname) ?? [];
  if (above === undefined || topic === undefined) throw new Unfit("topic");
  address.pathname = above;
  address.hash = "";
  const within = (most: number) => (text: string) => Buffer.byteLength(text) <= most;
  const body = {
    topic,
    title: cut(title, within(mostBytes.title)),
    message: cut(text, within(mostBytes.message)),
    click: url,
    sequence_id: id,
  };
  const headers = { "content-type": "application/json", "x-message": id };
  return { url: address.href, headers, body: JSON.stringify(body) };
};
