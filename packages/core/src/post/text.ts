import * as v from "valibot";
import { holdsCardNumber } from "../base/card.ts";
import { plain, unreadable } from "../base/text.ts";
import { holdsAddress, holdsLink } from "./link.ts";

/** Marks that show nothing, left over from copying: they are taken out. A joiner stays, which emoji and scripts need. */
const unseen = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** More marks on one letter than any script writes. */
const stacked = /[\p{Mn}\p{Me}]{5}/u;

export const faults = {
  control: unreadable,
  stacked: "must not have more than four marks on a letter",
  letter: "must contain a letter",
  card: "must not hold the number of a payment card",
  email: "must not hold an e-mail address",
  link: "must not hold a link or the name of a site",
  phone: "must not hold a telephone number",
};

/**
 * Text that people write for others: NFC, without marks that show nothing, runs of spaces as one space and at most one
 * empty line at once. `lines`: one line, or many. Lengths are counted in code points, after that. A text for all
 * (`public`) has no links, e-mail addresses and card numbers; telephone numbers are looked for where the country is known
 * (phone.ts). A `note` is read by operators alone, and may hold links and addresses.
 */
export function text(min: number, max: number, lines: "one" | "many", readBy: "public" | "note" = "public") {
  return v.pipe(
    v.string(),
    v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
      const { written, fault } = judge(dataset.value, { min, max, lines, readBy });
      if (fault === undefined) return written;
      addIssue({ message: fault });
      return NEVER;
    }),
  );
}

type Form = { min: number; max: number; lines: "one" | "many"; readBy: "public" | "note" };

function judge(given: string, { min, max, lines, readBy }: Form): { written: string; fault?: string } {
  const length = `must have ${min} to ${max} characters`;
  const refused = (fault: string) => ({ written: "", fault });
  // A body can be of 256 kB: no pattern reads what is too long anyway.
  if (given.length > 8 * max) return refused(length);
  const written = tidy(given);
  const controlled = lines === "many" ? written.replaceAll("\n", "") : written;
  if (!plain.test(controlled)) return refused(faults.control);
  if (stacked.test(written)) return refused(faults.stacked);
  const count = [...written].length;
  if (count < min || count > max) return refused(length);
  if (!/\p{L}/u.test(written)) return refused(faults.letter);
  if (holdsCardNumber(written)) return refused(faults.card);
  if (readBy === "note") return { written };
  if (holdsAddress(written)) return refused(faults.email);
  if (holdsLink(written)) return refused(faults.link);
  return { written };
}

function tidy(given: string): string {
  return given
    .normalize("NFC")
    .replace(unseen, "")
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(/[\t\p{Zs}]+/gu, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
