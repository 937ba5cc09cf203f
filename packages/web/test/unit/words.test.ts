import { expect, test } from "vitest";
import { de } from "../../src/words/de.ts";
import { en } from "../../src/words/en.ts";
import { pluralOf } from "../../src/words/format.ts";

const [english, german] = [en(pluralOf("en-GB")), de(pluralOf("de-DE"))];

/** Each text's path and kind. */
function pathsOf(words: object, path = ""): string[] {
  return Object.entries(words)
    .flatMap(([name, value]) =>
      typeof value === "object" && value !== null
        ? pathsOf(value, `${path}${name}.`)
        : [`${path}${name} ${typeof value}`],
    )
    .sort();
}

function textsOf(words: object): string[] {
  return Object.values(words).flatMap((value) =>
    typeof value === "string" ? [value] : typeof value === "object" ? textsOf(value as object) : [],
  );
}

test("German has every text that English has, and none besides", () => {
  expect(pathsOf(german)).toEqual(pathsOf(english));
  expect(pathsOf(english).length).toBeGreaterThan(150);
});

test("no text is empty, or untidy at its ends", () => {
  for (const text of [...textsOf(english), ...textsOf(german)]) expect(text).toMatch(/^\S(.*\S)?$/s);
});

test.each([
  [0, "0 unread alerts", "0 ungelesene Meldungen"],
  [1, "1 unread alert", "1 ungelesene Meldung"],
  [2, "2 unread alerts", "2 ungelesene Meldungen"],
])("%d is said as the language does", (count, inEnglish, inGerman) => {
  expect(english.unread(count)).toBe(inEnglish);
  expect(german.unread(count)).toBe(inGerman);
});

test("a plural goes by the language's rules, and by `other` where a form is missing", () => {
  const forms = { one: "one", two: "two", few: "few", many: "many", other: "other" };
  expect([1, 2, 3, 11, 100].map((count) => pluralOf("ar")(count, forms))).toEqual([
    "one",
    "two",
    "few",
    "many",
    "other",
  ]);
  expect(pluralOf("ar")(2, { other: "other" })).toBe("other");
});
