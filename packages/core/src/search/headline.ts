import type { Segment } from "./schema.ts";

/** What Postgres puts around a marked word: characters that no text has, because they are taken out of it before. */
export const [start, stop] = ["\u0001", "\u0002"];

/** Reads what Postgres marked. Pieces are text, never markup. */
export function segments(headline: string): Segment[] {
  const pieces = headline.split(start).flatMap((piece, at): Segment[] => {
    if (at === 0) return [{ text: piece, marked: false }];
    const [inside = "", ...after] = piece.split(stop);
    return [
      { text: inside, marked: true },
      { text: after.join(""), marked: false },
    ];
  });
  return pieces.filter(({ text }) => text !== "");
}

/** Marks the words of a text that begin with one of the typed words. */
export function marked(text: string, q: string): Segment[] {
  const typed = q
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map(plain);
  return text
    .split(/([\p{L}\p{N}]+)/u)
    .filter((piece) => piece !== "")
    .map((piece) => ({ text: piece, marked: typed.some((word) => plain(piece).startsWith(word)) }));
}

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
