import * as v from "valibot";
import { type Airport, airportOf, all, cities } from "./airport/data.ts";
import type { Mention } from "./airport/mention.ts";
import { Info, Place } from "./airport/schema.ts";
import { list } from "./base/list.ts";

export type { Mention } from "./airport/mention.ts";
export { type Airport, airportOf as find, all, Info, Place };

/** The typed text and the most airports to return, or the codes to look up. */
export const Search = v.pipe(
  v.strictObject({
    q: v.optional(
      v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty"), v.maxLength(99, "must be shorter than 100")),
    ),
    codes: v.optional(
      list(
        v.pipe(v.string(), v.toUpperCase(), v.regex(/^[A-Z]{3}$/, "must be a three-letter IATA code, such as STN")),
        100,
      ),
    ),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 25),
  }),
  v.forward(
    v.check(({ q, codes }) => (q === undefined) !== (codes === undefined), "is required, or codes"),
    ["q"],
  ),
);
export type Search = v.InferInput<typeof Search>;

/**
 * Searches places by code, city or name, in any known language and with a wrong letter, best first, a city before its
 * airports; or looks up `codes`, in their order, without those that we do not know.
 */
export async function search(input: unknown): Promise<{ items: Info[] }> {
  const { q, codes = [], limit } = v.parse(Search, input);
  const { find, withCities } = await import("./airport/place.ts");
  if (q === undefined) return { items: await find([...new Set(codes)]) };
  const { rank: ranked } = await import("./airport/search.ts");
  return { items: (await withCities(await ranked(q), q)).slice(0, limit) };
}

/**
 * The places that a text means that may mean other things: those that the whole text names; else those that some of its
 * words name, two of each; else none, or with `nearly` those spelled most similarly.
 */
export async function meant(q: string, named: Mention[], most: number, nearly = false): Promise<Info[]> {
  const { rank: ranked } = await import("./airport/search.ts");
  const { withCities } = await import("./airport/place.ts");
  const search = async (text: string, exact = true) => withCities(await ranked(text, exact), text);
  const whole = await search(q);
  if (whole.length > 0) return whole.slice(0, most);
  const parts = named.filter(({ codes }) => codes.length > 0);
  if (parts.length === 0) return nearly ? (await search(q, false)).slice(0, most) : [];
  const each = await Promise.all(parts.map(({ word }) => search(word, false)));
  const found = each.flatMap((places) => places.slice(0, 2));
  return found.filter((place, at) => found.findIndex(({ code }) => code === place.code) === at).slice(0, most);
}

/** Returns what each of the codes is called; one that we do not know is left out. */
export async function places(codes: Iterable<string>): Promise<Record<string, Place>> {
  return (await import("./airport/place.ts")).places(codes);
}

/**
 * The airports that a code stands for, best known first: the airport itself, a metropolitan area's (LON → LHR, LGW …),
 * or none.
 */
export async function expand(code: string): Promise<Airport[]> {
  const one = airportOf(code);
  if (one) return [one];
  const city = (await cities()).find((each) => each.code === code);
  return (city?.airports ?? []).flatMap((member) => airportOf(member) ?? []);
}

/** The codes of the same place: its own, its airports, and those of the cities it is in. STN → STN, LON. */
export async function related(code: string): Promise<string[]> {
  const around = (await cities()).filter((city) => city.code === code || city.airports.includes(code));
  return [...new Set([code, ...around.flatMap((city) => (city.code === code ? city.airports : (city.code ?? [])))])];
}

/** The codes of what a typed text means, as `search` finds it: airports, and the cities that they are in. */
export async function named(q: string): Promise<string[]> {
  const { rank: ranked } = await import("./airport/search.ts");
  const found = new Set((await ranked(q)).map(({ code }) => code));
  const around = (await cities()).filter(({ airports }) => airports.some((code) => found.has(code)));
  return [...found, ...around.flatMap(({ code }) => code ?? [])];
}

/** The words of a text, at most `most`, with the codes of the places that they name. See `airport/mention.ts`. */
export async function mentions(q: string, most: number): Promise<Mention[]> {
  return (await import("./airport/mention.ts")).mentions(q, most);
}
