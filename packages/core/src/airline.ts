import * as v from "valibot";
import { list } from "./base/list.ts";

/** `code` is IATA's two characters, `country` ISO 3166-1 alpha-2 where it is known. */
export type Airline = { code: string; name: string; country: string | null };

let loaded: Promise<Map<string, Airline>> | undefined;

/** All active airlines, by code. Loaded at the first call. */
export function all(): Promise<Map<string, Airline>> {
  loaded ??= import("../data/airlines.json").then(
    ({ default: { rows } }) =>
      new Map(
        (rows as [string, string, string | null][]).map(([code, name, country]) => [code, { code, name, country }]),
      ),
  );
  return loaded;
}

/** An IATA code; becomes upper case. One that we do not know may be a new airline's, so that it is taken. */
export const Code = v.pipe(
  v.string(),
  v.toUpperCase(),
  v.regex(/^(?=.?[A-Z])[A-Z0-9]{2}$/, "must be an airline's two-character IATA code, such as BA"),
);

/** An airline in the API: IATA's code, the name it trades under, ISO 3166-1 country where it is known. */
export const Info = v.object({ code: v.string(), name: v.string(), country: v.nullable(v.string()) });
export type Info = v.InferOutput<typeof Info>;

/** The codes to look up, or the beginning of a code or of a word of a name; all airlines without either. */
export const Search = v.strictObject({
  codes: v.optional(list(Code, 100)),
  q: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty"), v.maxLength(99))),
});

/** Lists airlines, by code; those asked for by code that we do not know are left out. */
export async function search(input: unknown): Promise<{ items: Info[] }> {
  const { codes, q } = v.parse(Search, input);
  const airlines = await all();
  const text = q?.toLowerCase();
  const matches = ({ code, name }: Airline) =>
    (codes === undefined || codes.includes(code)) &&
    (text === undefined || code.toLowerCase() === text || ` ${name.toLowerCase()}`.includes(` ${text}`));
  const items = [...airlines.values()].filter(matches);
  return { items: items.sort((one, other) => (one.code < other.code ? -1 : 1)) };
}

/** Those of the codes that we do not know, each once, sorted. */
export async function unknown(codes: string[]): Promise<string[]> {
  if (codes.length === 0) return [];
  const airlines = await all();
  return [...new Set(codes)].filter((code) => !airlines.has(code)).sort();
}

/** The airline with this IATA code, upper case. */
export async function find(code: string): Promise<Airline | undefined> {
  return (await all()).get(code);
}

/** Returns the name of each of the codes; one that we do not know is left out. */
export async function names(codes: Iterable<string>): Promise<Record<string, string>> {
  const airlines = await all();
  const known = [...new Set(codes)].sort();
  return Object.fromEntries(known.flatMap((code) => (airlines.has(code) ? [[code, airlines.get(code)!.name]] : [])));
}
