import type { Airport } from "./data.ts";
import { type Entry, type Group, type Index, index } from "./index.ts";
import { afterJoining, fold, withoutAirport, withoutTravel } from "./text.ts";

/** More words than these say no more about a place, and each costs a look at all names. */
export const mostWords = 6;

/** How well an airport matches: a lower tier is better, then a higher size; `group` keeps a city's airports together. */
type Match = { entry: Entry; tier: number; size: number; group: string; order: number };

/**
 * Ranks airports for a typed text, best first: the exact code; the airports of a city's code; a city of that name; a
 * country; a city whose name begins so, or is so in another language; a name with the beginnings of all words. Within
 * each, larger airports first, with a city's airports together in their kept order. A code beside a name ("LHR -
 * London"), words that every airport has ("jfk airport") and a country or region after a name ("New York, NY") are
 * understood. Without any match, returns those spelled most similarly, or none with `exact`.
 */
export async function rank(q: string, exact = false): Promise<Airport[]> {
  const all = await index();
  const wanted = fold(q).split(" ").slice(0, mostWords);
  if (wanted[0] === "") return [];
  const [bare, place] = [withoutAirport(wanted), withoutTravel(wanted)];
  const ways: (() => Match[])[] = [
    () => named(all, wanted),
    () => coded(all, wanted, q),
    () => named(all, bare),
    // "Airport of London" in any language: the word before a name is part of some airports' names, too.
    ...(bare.length < wanted.length ? afterJoining(bare).map((rest) => () => named(all, rest)) : []),
    () => qualified(all, bare),
    () => worded(all, wanted),
    () => worded(all, bare),
    () => named(all, place),
    () => worded(all, place),
  ];
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return unique(found);
  }
  return exact ? [] : nearest(all, bare.length > 0 ? bare : wanted);
}

function unique(matches: Match[]): Airport[] {
  return [...new Set(matches.sort(compare).map(({ entry }) => entry.airport))];
}

function compare(a: Match, b: Match): number {
  return a.tier - b.tier || b.size - a.size || (a.group < b.group ? -1 : a.group > b.group ? 1 : a.order - b.order);
}

const alone = (entry: Entry, tier: number): Match => ({
  ...{ entry, tier, size: entry.airport.size, group: entry.airport.code, order: 0 },
});
const together = ({ entries, lead, names }: Group, tier: number): Match[] =>
  entries.map((entry, order) => ({ entry, tier, size: lead, group: names[0] ?? "", order }));

/** What has this code or name, or a name that begins so; then also what has all the words. */
function named(all: Index, words: string[]): Match[] {
  const found = exact(all, words.join(" "));
  return found.length > 0 ? [...found, ...worded(all, words)] : [];
}

function exact({ entries, groups, byCode, landsByName }: Index, wanted: string): Match[] {
  if (wanted === "") return [];
  const code = wanted.toUpperCase();
  const lands = wanted.length > 2 ? landsByName.get(wanted) : undefined;
  const found = groups.flatMap((group) => {
    if (group.code === code) return together(group, 1);
    if (group.names.includes(wanted)) return together(group, 2);
    return group.names.some((name) => name.startsWith(wanted)) ? together(group, 3) : [];
  });
  const grouped = new Set(found.filter(({ tier }) => tier <= 2).map(({ entry }) => entry));
  for (const entry of entries) {
    const { airport, city, others } = entry;
    if (grouped.has(entry)) continue;
    if (city.includes(wanted)) found.push(alone(entry, 2));
    else if (lands?.has(airport.country) || lands?.has(airport.region)) found.push(alone(entry, 2.5));
    else if (city.some((name) => name.startsWith(wanted))) found.push(alone(entry, 3));
    else if (wanted.length > 3 && others.includes(wanted)) found.push(alone(entry, 3));
  }
  const own = byCode.get(code);
  return own ? [alone(own, 0), ...found] : found;
}

/** What has all the words, at least as beginnings. */
function worded({ entries }: Index, words: string[]): Match[] {
  if (words.length === 0) return [];
  const begun = words.map((word) => ` ${word}`);
  return entries.flatMap((entry) => (begun.every((word) => entry.said.includes(word)) ? alone(entry, 4) : []));
}

/**
 * What a code among the words means, if the others are names of the same place. A code in parentheses, or in capitals
 * beside small letters, needs no such names beside it.
 */
function coded(all: Index, words: string[], q: string): Match[] {
  const told = /[a-z]/.test(q) ? q : q.replace(/[^([\])]+(?=[([]|$)/g, " ");
  const sure = new Set(
    [...told.matchAll(/\b[A-Z]{3}\b|(?<=[([])[A-Za-z]{3}(?=[)\]])/g)].map(([code]) => code.toUpperCase()),
  );
  for (const code of [...sure, ...words.map((word) => word.toUpperCase())]) {
    const rest = withoutTravel(words).filter((word) => word !== code.toLowerCase());
    const [own, city] = [all.byCode.get(code), all.groups.find((group) => group.code === code)];
    const members = own ? [own] : (city?.entries ?? []);
    const fits = members.some((entry) => rest.every((word) => `${entry.said}${entry.land}`.includes(` ${word}`)));
    if (members.length === 0 || !(fits || sure.has(code))) continue;
    const first = own ? [alone(own, 0)] : city ? together(city, 0) : [];
    return [...first, ...named(all, rest)];
  }
  return [];
}

/** What a name means in the country or region that stands after it, or before it. */
function qualified(all: Index, words: string[]): Match[] {
  for (let at = words.length - 1; at > 0; at--) {
    for (const [name, land] of [
      [words.slice(0, at), words.slice(at)],
      [words.slice(at), words.slice(0, at)],
    ] as const) {
      const lands = all.landsByName.get(land.join(" "));
      if (!lands) continue;
      const isThere = ({ airport }: Entry) => lands.has(airport.country) || lands.has(airport.region);
      const found = [...exact(all, name.join(" ")), ...worded(all, [...name])];
      const groups = new Set(found.filter(({ entry }) => isThere(entry)).map(({ group }) => group));
      const there = found.filter(({ group }) => groups.has(group));
      if (there.length > 0) return there;
    }
  }
  return [];
}

/** What is spelled most similarly; where all words together mean nothing, the longest word alone. */
function nearest({ similar }: Index, words: string[]): Airport[] {
  const longest = words.toSorted((a, b) => b.length - a.length).slice(0, 1);
  const found = [words, longest].map((some) => similar.find(some).found).find(({ size }) => size > 0);
  return [...(found ?? [])]
    .map(([{ airport }, score]) => ({ airport, score: score * (3 + airport.size) }))
    .sort((a, b) => b.score - a.score)
    .map(({ airport }) => airport);
}
