import { readFileSync } from "node:fs";
import templates from "./data/templates.json" with { type: "json" };
import { randomFrom } from "./random.ts";

export const languages = ["en", "de", "fr", "es", "ru"] as const;
export type Language = (typeof languages)[number];

/** `place` is an IATA code, null for help; `useful` counts votes; `date` is YYYY-MM-DD. A tip has no title. */
export type Document = {
  id: string;
  kind: "tip" | "review" | "guide" | "help";
  place: string | null;
  language: Language;
  title: string | null;
  body: string;
  useful: number;
  date: string;
};

type Written = Pick<Document, "id" | "kind" | "place" | "language" | "title" | "body">;
type Words = { sentences: string[]; titles: string[]; n: string[]; t: string[]; o: string[]; f: string[] };

/** Documents made by the templates name the same places as the hand-written ones. Each size begins with all of these. */
export const handwritten: readonly Written[] = languages.flatMap((language) => {
  const text = readFileSync(new URL(`./data/handwritten.${language}.tsv`, import.meta.url), "utf8");
  const [, ...rows] = text.trimEnd().split("\n");
  return rows.map((row): Written => {
    const [id = "", kind = "", place = "", title = "", body = ""] = row.split("\t");
    return { id, kind: kind as Document["kind"], place: place || null, language, title: title || null, body };
  });
});

/**
 * Makes `size` documents, the same ones at every run and on every machine: the hand-written ones, then texts made from
 * templates about the same places with the same nouns, which answer no question. Votes and dates are drawn for all of
 * them alike: half have no vote, few have many, and all are from the three years before 27 November 2026.
 *
 * `names` gives the name of a place by its code, for the texts that name theirs.
 */
export function* corpus(size: number, names: Record<string, string>): Generator<Document> {
  const votes = randomFrom(7);
  const random = randomFrom(11);
  const places = [...new Set(handwritten.flatMap(({ place }) => place ?? []))];
  for (let at = 0; at < size; at++) {
    const text = handwritten[at] ?? made(at, places, names, random);
    const useful = votes() < 0.5 ? 0 : Math.floor(votes() ** 6 * 200);
    const date = new Date(Date.UTC(2026, 10, 27) - Math.floor(votes() * 1096) * 86_400_000).toISOString().slice(0, 10);
    yield { ...text, useful, date };
  }
}

/**
 * A text of a random language, kind and place. Of the first 20,000 one in fifty is help and one in ten a guide; later ones
 * are neither, because operators write those, and no more of them where travelers write more.
 */
function made(at: number, places: string[], names: Record<string, string>, random: () => number): Written {
  const one = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const language = one(languages);
  const words: Words = templates[language];
  const share = random() * (at < 20_000 ? 1 : 0.88) + (at < 20_000 ? 0 : 0.12);
  const kind = share < 0.02 ? "help" : share < 0.12 ? "guide" : share < 0.45 ? "review" : "tip";
  const place = kind === "help" ? null : one(places);
  const fill = (template: string) => {
    const filled = template.replace(/\{(\w+)\}/g, (_, slot: string) => {
      if (slot === "p") return names[place ?? ""] ?? one(words.n);
      if (slot === "name") return madeName(language === "ru" ? cyrillic : latin, at, random);
      const chosen = one(words[slot.toLowerCase() as "n" | "t" | "o" | "f"]);
      return slot === slot.toLowerCase() ? chosen : capital(chosen);
    });
    return capital(filled);
  };
  const body = Array.from({ length: 1 + Math.floor(random() * 3) }, () => fill(one(words.sentences))).join(" ");
  const title = kind === "tip" ? null : fill(one(words.titles));
  return { id: `made${at}`, kind, place, language, title, body };
}

const latin = ["ba", "lo", "mir", "ten", "sa", "vel", "co", "rin", "du", "pa", "tor", "le", "gan", "mo", "stei", "fi"];
const cyrillic = [
  "ба",
  "ло",
  "мир",
  "тен",
  "са",
  "вел",
  "ко",
  "рин",
  "ду",
  "па",
  "тор",
  "ле",
  "ган",
  "мо",
  "сте",
  "фи",
];

/** The made-up name of a house. Later documents use longer names, so that a larger corpus has more rare words. */
function madeName(syllables: string[], at: number, random: () => number): string {
  const length = 3 + (at > 20_000 ? 1 : 0);
  return capital(Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)]).join(""));
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
