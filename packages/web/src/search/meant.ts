import type { Place } from "../data/places.ts";

const plain = (text: string) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().trim();

/** Whether a text is the code of a place, or the beginning of its city, its name or a word in them. */
export function isMeantBy({ code, city, name }: Pick<Place, "code" | "city" | "name">, text: string): boolean {
  const typed = plain(text);
  return typed !== "" && (plain(code) === typed || ` ${plain(city)} ${plain(name)}`.includes(` ${typed}`));
}
