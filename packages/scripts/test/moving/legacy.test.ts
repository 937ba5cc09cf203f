import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sql } from "@travel-conductor/core/base/db";
import { openAll, partsOf } from "@travel-conductor/core/base/vault";
import { beforeEach, expect, test } from "vitest";
import { moveIn } from "../../src/moving/run.ts";

const legacy = fileURLToPath(new URL("../../../../../shared/legacy/", import.meta.url));
const isHere = existsSync(`${legacy}expected.json`);

beforeEach(async () => {
  await sql`truncate users, fare_keys, moved_rows, bookings, search_analytics cascade`;
});

type Row = Record<string, unknown>;
type Expected = {
  at: string;
  rows: Record<string, { id: string; row?: Row }[]>;
  totals: { tables: Record<string, object> };
};

test.skipIf(!isHere)(
  `a file of the old application arrives as expected${isHere ? "" : ` (skipped: no ${legacy})`}`,
  async () => {
    const expected = JSON.parse(readFileSync(`${legacy}expected.json`, "utf8")) as Expected;
    const path = `${legacy}travel_orchestrator.db`;
    const before = readFileSync(`${path}-wal`);
    const at = new Date(expected.at);
    const { tables, exitCode } = await moveIn({ paths: [path], databaseUrl: process.env.DATABASE_URL!, at });
    expect(tables).toEqual(expected.totals.tables);
    expect(exitCode).toBe(0);
    expect(readFileSync(`${path}-wal`).equals(before)).toBe(true);
    for (const { id, row } of expected.rows.users!) {
      const [user] = await sql`
      select email, email_key, email_verified, first_name, last_name, phone, phone_as_given, preferred_airlines,
             preferred_airports, seat_preference, meal_preference,
             to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at,
             to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as updated_at,
             case when password_hash like '$2%' then 'kept' end as password
        from users where legacy_id = ${id}`;
      expect(user).toEqual(row);
    }
    for (const { id, row } of expected.rows.bookings!) {
      const [booking] = await sql`
      select users.legacy_id as user, bookings.booking_reference, flight_data ->> 'origin' as origin,
             flight_data ->> 'destination' as destination, flight_data ->> 'departureDate' as departure_date,
             flight_data ->> 'returnDate' as return_date, passenger_data, total_price::float8, bookings.currency, status,
             bookings.id, bookings.user_id as owner,
             to_char(bookings.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at
        from bookings join users on users.id = bookings.user_id where bookings.legacy_id = ${id}`;
      const {
        passenger_data: sealed,
        id: newId,
        owner,
        ...rest
      } = booking as Row & { passenger_data: { sealed: string }[] };
      const people = (await openAll("bookings", partsOf(String(newId), String(owner), sealed))) as Row[];
      const { passenger_data: wanted, passengers, ...others } = row!;
      expect(rest).toEqual(others);
      expect(people).toHaveLength(passengers as number);
      expect(
        people.map(({ givenName, familyName, bornOn, email, address }) => ({
          givenName,
          familyName,
          bornOn,
          email,
          address,
        })),
      ).toEqual(
        (wanted as Row[]).map(({ firstName, lastName, dateOfBirth, email, address }) => ({
          ...{ givenName: firstName, familyName: lastName, bornOn: dateOfBirth, email, address },
        })),
      );
    }
    for (const { id, row } of expected.rows.searches!) {
      const [search] = await sql`
      select users.legacy_id as user, origin_code, destination_code, departure_date::text, return_date::text, adults,
             child_ages, infants, passenger_count, class, search_analytics.currency, results_count, cheapest::float8,
             to_char(search_analytics.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at
        from search_analytics join users on users.id = search_analytics.user_id where search_analytics.legacy_id = ${id}`;
      expect(search).toEqual(row);
    }
    for (const { id, row } of expected.rows.passenger_profiles!) {
      const [found] = (await sql`
      select travelers.id, travelers.user_id as owner, travelers.sealed, users.legacy_id as user
        from travelers join users on users.id = travelers.user_id where travelers.legacy_id = ${id}`) as Row[];
      const [opened] = (await openAll("travelers", [found as never])) as Row[];
      const {
        user,
        first_name: givenName,
        last_name: familyName,
        date_of_birth: bornOn,
        phone_as_given: phoneAsGiven,
        created_at: _,
        ...same
      } = row!;
      expect(found!.user).toBe(user);
      expect(opened).toMatchObject({ givenName, familyName, bornOn, phoneAsGiven, ...same });
    }
  },
  30_000,
);
