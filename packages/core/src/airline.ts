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

/** The airline with this IATA code, upper case. */
export async function find(code: string): Promise<Airline | undefined> {
  return (await all()).get(code);
}
