import type { Language } from "./corpus.ts";
import file from "./data/judged.json" with { type: "json" };
import type { Grades } from "./ndcg.ts";

/** `drawn`: from ../shared/data/city-names.tsv. `language` is that of the person who asks. */
export type Judged = {
  q: string;
  kind: "place" | "text";
  drawn?: boolean;
  language?: Language;
  results: Grades;
  reason: string;
};

/** The seed of the 60 drawn rows: `draw(rows, 60, randomFrom(drawnBy))`, rows in the order of the file. */
export const drawnBy = 20_261_127;

/** What people type, and what they want to see. See the head of data/judged.json. */
export const judged = file.queries as unknown as Judged[];
