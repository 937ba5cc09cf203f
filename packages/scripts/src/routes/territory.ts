import type { Airport } from "@travel-conductor/core/airport";

/** Territories whose flights belong to the country that they are part of. */
const parts: Record<string, string> = Object.fromEntries(
  [
    ["US", "PR VI GU MP AS UM"],
    ["FR", "GP MQ RE GF YT PF NC BL MF PM WF"],
    ["GB", "JE GG IM GI BM KY TC VG AI MS FK SH"],
    ["NL", "AW CW SX BQ"],
    ["DK", "FO GL"],
    ["NO", "SJ"],
    ["NZ", "CK NU"],
    ["AU", "NF CX CC"],
  ].flatMap(([country = "", of = ""]) => of.split(" ").map((part) => [part, country])),
);

/** The European market, in which an airline of one country may fly between two others. */
const europe = new Set(
  "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE NO IS CH GB".split(" "),
);

export const territory = (country: string): string => parts[country] ?? country;

/** Whether an airline is foreign at both ends. With `free` one from Europe is at home in all of it. */
export function isForeign(homes: ReadonlySet<string>, a: Airport, b: Airport, free: boolean): boolean {
  const ends = [a, b].flatMap(({ country }) => [country, territory(country)]);
  if (ends.some((country) => homes.has(country))) return false;
  const inEurope = free && [...homes].some((home) => europe.has(home));
  return !(inEurope && ends.some((country) => europe.has(country)));
}
