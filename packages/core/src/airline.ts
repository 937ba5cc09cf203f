import * as v from "valibot";

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
