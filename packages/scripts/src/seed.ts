import { pathToFileURL } from "node:url";
import * as Airline from "@travel-conductor/core/airline";
import * as Airport from "@travel-conductor/core/airport";
import busiest from "@travel-conductor/core/data/busiest.json";
import { Client } from "pg";
import { seedHelp } from "./help.ts";

/**
 * Brings airports, airlines, the guides of the busiest places and the pages of help to the state of the tree. Writes only
 * rows that differ, in the order of their codes, so that it may run twice, and two may run at once.
 * @returns the number of rows that were new or changed
 */
export async function seed(databaseUrl: string): Promise<{ airports: number; airlines: number }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const airports = [...Airport.all().values()];
    const airlines = [...(await Airline.all()).values()];
    const places = await client.query(
      `insert into airports (code, name, city, country, time_zone, latitude, longitude)
       select *
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[]) as row (code)
        order by code
       on conflict (code) do update
          set (name, city, country, time_zone, latitude, longitude) = (
                excluded.name, excluded.city, excluded.country, excluded.time_zone, excluded.latitude, excluded.longitude)
        where (airports.name, airports.city, airports.country, airports.time_zone, airports.latitude, airports.longitude)
              is distinct from (
                excluded.name, excluded.city, excluded.country, excluded.time_zone, excluded.latitude, excluded.longitude)`,
      [
        airports.map((airport) => airport.code),
        airports.map((airport) => airport.name),
        airports.map((airport) => airport.city),
        airports.map((airport) => airport.country),
        airports.map((airport) => airport.timeZone),
        airports.map((airport) => airport.location.latitude),
        airports.map((airport) => airport.location.longitude),
      ],
    );
    const carriers = await client.query(
      `insert into airlines (code, name, country)
       select *
         from unnest($1::text[], $2::text[], $3::text[]) as row (code)
        order by code
       on conflict (code) do update
          set (name, country) = (excluded.name, excluded.country)
        where (airlines.name, airlines.country) is distinct from (excluded.name, excluded.country)`,
      [
        airlines.map((airline) => airline.code),
        airlines.map((airline) => airline.name),
        airlines.map((airline) => airline.country),
      ],
    );
    await client.query(
      `insert into destination_guides (code, rank)
       select *
         from unnest($1::text[]) with ordinality as row (code, rank)
        order by code
       on conflict (code) do update
          set rank = excluded.rank
        where destination_guides.rank is distinct from excluded.rank`,
      [busiest.rows],
    );
    await seedHelp(client);
    return { airports: places.rowCount ?? 0, airlines: carriers.rowCount ?? 0 };
  } finally {
    await client.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const url = process.env.DATABASE_URL;
  if (url) {
    const { airports, airlines } = await seed(url);
    console.log(`${airports} airports and ${airlines} airlines were new or changed.`);
  } else {
    console.error("DATABASE_URL is not set: where is the Postgres to seed?");
    process.exitCode = 1;
  }
}
