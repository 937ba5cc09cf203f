import * as v from "valibot";
import { type Airport, all, cities } from "./airport/data.ts";
import { list } from "./base/list.ts";

export { type Airport, all };

/** An airport in the API: ISO 3166-1 country, IANA time zone, degrees of WGS 84. */
export const Info = v.object({
  code: v.string(),
  name: v.string(),
  city: v.string(),
  country: v.string(),
  timeZone: v.string(),
  location: v.object({ latitude: v.number(), longitude: v.number() }),
});
export type Info = v.InferOutput<typeof Info>;

/** The typed text and the most airports to return, or the codes of airports to look up. */
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
 * Searches airports by code, city or name, in any known language and with a wrong letter, best first; or looks up
 * `codes`, in their order, without those that are no airport's.
 */
export async function search(input: unknown): Promise<{ items: Info[] }> {
  const { q, codes, limit } = v.parse(Search, input);
  if (q === undefined) {
    const airports = await all();
    return { items: [...new Set(codes)].flatMap((code) => airports.get(code) ?? []).map(toInfo) };
  }
  const { rank: ranked } = await import("./airport/search.ts");
  return { items: (await ranked(q)).slice(0, limit).map(toInfo) };
}

/** The airport with this IATA code, upper case. */
export async function find(code: string): Promise<Airport | undefined> {
  return (await all()).get(code);
}

/**
 * The airports that a code stands for, best known first: the airport itself, a metropolitan area's (LON → LHR, LGW …),
 * or none.
 */
export async function expand(code: string): Promise<Airport[]> {
  const airports = await all();
  const one = airports.get(code);
  if (one) return [one];
  const city = (await cities()).find((each) => each.code === code);
  return (city?.airports ?? []).flatMap((member) => airports.get(member) ?? []);
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

function toInfo({ code, name, city, country, timeZone, location }: Airport): Info {
  return { code, name, city, country, timeZone, location };
}
