import { type Airport, all } from "./airport/data.ts";
import { areas } from "./airport/metropolitan.ts";

export { type Airport, all };

const cities = new Map(areas.map(({ code, airports }) => [code, airports]));

/** The airport with this IATA code, upper case. */
export async function find(code: string): Promise<Airport | undefined> {
  return (await all()).get(code);
}

/** The airports a code stands for, best known first: the airport itself, a metropolitan area's (LON → LHR, LGW …), or none. */
export async function expand(code: string): Promise<Airport[]> {
  const airports = await all();
  const one = airports.get(code);
  return one ? [one] : (cities.get(code) ?? []).flatMap((member) => airports.get(member) ?? []);
}
