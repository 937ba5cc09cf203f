import { table } from "./sources.ts";

/**
 * What a row of `packages/scripts/data/corrections.tsv` may correct. Of an airport: `open` adds one that no package
 * calls scheduled, `closed` removes one; `name`, `city`, `zone`, `place` ("latitude longitude") and `country` replace a
 * value; `also` adds names. Of an airline: `airline` ("name, country") adds or renames one, `ended` removes one.
 */
const fields = ["open", "closed", "name", "city", "zone", "place", "country", "also", "airline", "ended"] as const;
export type Field = (typeof fields)[number];
export type Correction = { code: string; field: Field; value: string; date: string; reason: string };

/** All corrections, in the order of the file. `date` is the day of the change, or that on which it was looked up. */
export const corrections: Correction[] = table("corrections.tsv").map((row, index) => {
  const [code = "", field = "", value = "", date = "", reason = ""] = row;
  const known = fields.find((each) => each === field);
  if (!known || row.length !== 5 || !/^\d{4}-\d{2}-\d{2}$/.test(date) || reason === "")
    throw new Error(`corrections.tsv, row ${index + 1} (${code}): not a correction`);
  return { code, field: known, value, date, reason };
});

const byField = new Map(fields.map((field) => [field, new Map<string, string>()]));
for (const { code, field, value } of corrections) {
  const rows = byField.get(field);
  if (rows?.has(code)) throw new Error(`corrections.tsv corrects ${field} of ${code} twice`);
  rows?.set(code, value);
}

/** The corrections of one field: values by code. */
export const corrected = (field: Field): Map<string, string> => byField.get(field) ?? new Map();
