import { signedUrl } from "../link.ts";
import { type Data, fields } from "../outbox.ts";
import type { Claimed } from "./claim.ts";
import { type Letter, letterOf } from "./layout.ts";
import { moment } from "./words/format.ts";
import { lettersIn } from "./words/letters.ts";
import type { LetterKind } from "./words/lettershape.ts";

/** The reader of a letter: the language (BCP 47), and the time zone. */
export type Reader = Pick<Claimed, "userId" | "language" | "timeZone">;
const stranger: Reader = { userId: null, language: null, timeZone: null };

/** How long the link that keeps silent watches going works after they were paused (ms). */
const keepFor = 30 * 86_400_000;

/**
 * Writes the letter for a message of this kind. Links lead to pages of the web client at `app`; the token stands behind
 * `#`, so that no server and no log gets it before the page sends it. Moments are in UTC where the reader has no time
 * zone.
 * @throws TypeError where a field of the data is missing
 */
export function letter<K extends LetterKind>(kind: K, data: Data[K], app: string, reader = stranger): Letter {
  for (const field of fields[kind]) {
    if (!Object.hasOwn(Object(data), field)) throw new TypeError(`no ${String(field)}`);
  }
  const { userId, timeZone } = reader;
  const { language, locale, words } = lettersIn(reader.language);
  const { subject, parts } = words[kind](data, {
    link: (path) => new URL(path, app).href,
    moment: (instant) => moment(instant, locale, timeZone),
    keep: (until) =>
      userId === null
        ? new URL("/watches", app).href
        : signedUrl(app, { purpose: "keep", userId, watchId: null, until: seconds(Date.parse(until) + keepFor) }),
  });
  return letterOf(subject, parts, language);
}

const seconds = (at: number) => Math.floor(at / 1000);
