import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";

type Value = string | number | bigint | null | Uint8Array;
export type OldRow = Record<string, Value>;
export type OldTables = Partial<Record<string, OldRow[]>>;

/** The tables as the last version of the old application made them; no column is required, as its checks were off. */
const shapes: Record<string, string> = {
  users: `id TEXT PRIMARY KEY, email TEXT, password_hash TEXT, first_name TEXT, last_name TEXT,
    preferred_airlines TEXT DEFAULT '[]', preferred_airports TEXT DEFAULT '[]', seat_preference TEXT DEFAULT 'aisle',
    meal_preference TEXT DEFAULT 'standard', created_at TEXT, updated_at TEXT, phone TEXT`,
  sessions: "id TEXT PRIMARY KEY, user_id TEXT, token_hash TEXT, expires_at TEXT, created_at TEXT",
  bookings: `id TEXT PRIMARY KEY, user_id TEXT, booking_reference TEXT, origin TEXT, destination TEXT, depart_date TEXT,
    return_date TEXT, passengers INTEGER, passenger_details TEXT, total_amount REAL, currency TEXT, airline TEXT,
    booking_date TEXT, status TEXT DEFAULT 'confirmed', contact_email TEXT, created_at TEXT`,
  searches: `id TEXT PRIMARY KEY, user_id TEXT, origin TEXT, destination TEXT, depart_date TEXT, return_date TEXT,
    adults INTEGER, children INTEGER DEFAULT 0, infants INTEGER DEFAULT 0, cabin_class TEXT DEFAULT 'economy',
    currency TEXT DEFAULT 'USD', result_count INTEGER, airlines TEXT, price_range TEXT, searched_at TEXT`,
  passenger_profiles: `id TEXT PRIMARY KEY, user_id TEXT, first_name TEXT, last_name TEXT, date_of_birth TEXT, gender TEXT,
    email TEXT, phone TEXT, address TEXT, created_at TEXT, updated_at TEXT`,
  watches: `id TEXT PRIMARY KEY, userId TEXT, origin TEXT, destination TEXT, start TEXT, end TEXT, cabin TEXT,
    maxStops INTEGER, adults INTEGER, currency TEXT DEFAULT 'USD', targetUsd REAL, flexDays INTEGER, active INTEGER DEFAULT 1,
    email TEXT, provider TEXT DEFAULT 'amadeus', lastProvider TEXT, lastSourceLink TEXT, lastBestUsd REAL,
    lastNotifiedUsd REAL, createdAt TEXT, updatedAt TEXT, tripType TEXT`,
};

export const folder = mkdtempSync(join(tmpdir(), "old-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Writes an old file with these rows, its newest still in `-wal`; returns its path. `drop` leaves columns out, as `users.phone`. */
export function writeOld(tables: OldTables, { drop = [] as string[] } = {}): string {
  const path = join(folder, `old${files++}.db`);
  const db = new DatabaseSync(path);
  db.exec("pragma journal_mode = wal");
  for (const [name, rows] of Object.entries(tables)) {
    const columns = shapes[name]!.split(",").filter((one) => !drop.includes(`${name}.${one.trim().split(" ")[0]}`));
    db.exec(`create table ${name} (${columns.join(",")})`);
    db.exec("begin");
    for (const row of rows ?? []) {
      const keys = Object.keys(row);
      db.prepare(
        `insert into ${name} (${keys.map((key) => `"${key}"`).join()}) values (${keys.map(() => "?").join()})`,
      ).run(...keys.map((key) => row[key]!));
    }
    db.exec("commit");
  }
  db.close();
  return path;
}

/** Changes an old file. */
export function changeOld(path: string, statement: string, ...values: Value[]): void {
  const db = new DatabaseSync(path);
  db.prepare(statement).run(...values);
  db.close();
}

const made = "2026-10-01T09:00:00.000Z";
let number = 0;
const next = () => String(1_760_000_000_000 + number++);

export const user = (more: OldRow = {}): OldRow => {
  const id = `user_${next()}_k3j9x2m1a`;
  return {
    ...{
      id,
      email: `${id}@example.com`,
      password_hash: `$2b$12$${"a".repeat(53)}`,
      first_name: "Ann",
      last_name: "Lee",
    },
    ...{ created_at: made, updated_at: made, ...more },
  };
};
export const watch = (userId: Value, more: OldRow = {}): OldRow => ({
  ...{ id: `watch_${next()}_x`, userId, origin: "LHR", destination: "BGY", start: "2027-03-01", end: "2027-03-08" },
  ...{ cabin: "ECONOMY", maxStops: 1, adults: 2, currency: "GBP", targetUsd: 119.99, flexDays: 0, active: 1 },
  ...{ createdAt: made, updatedAt: made, ...more },
});
export const booking = (userId: Value, more: OldRow = {}): OldRow => {
  const id = `booking_${next()}`;
  return {
    ...{
      id,
      user_id: userId,
      booking_reference: `eJz${id}`,
      origin: "LHR",
      destination: "BGY",
      depart_date: "2027-03-01",
    },
    ...{ return_date: null, passengers: 1, passenger_details: JSON.stringify([passenger]), total_amount: 119.99 },
    ...{
      currency: "GBP",
      airline: "",
      booking_date: made,
      contact_email: "ann@example.com",
      created_at: made,
      ...more,
    },
  };
};
const passenger = {
  ...{ firstName: "Ann", lastName: "Lee", dateOfBirth: "1984-05-17", gender: "F", email: "ann@example.com" },
  ...{ phone: "442079460000", address: { lines: ["1 High Street"], city: "London", postal: "N1", country: "GB" } },
};
export const search = (userId: Value, more: OldRow = {}): OldRow => ({
  ...{ id: `search_${next()}_y`, user_id: userId, origin: "LHR", destination: "BGY", depart_date: "2027-03-01" },
  ...{ return_date: null, adults: 2, result_count: 4, airlines: "[]", price_range: '{"min":119.99,"max":300}' },
  ...{ searched_at: made, ...more },
});
export const profile = (userId: Value, more: OldRow = {}): OldRow => ({
  ...{ id: `profile_${next()}_z`, user_id: userId, first_name: "Ann", last_name: "Lee", date_of_birth: "1984-05-17" },
  ...{ gender: "Other", email: "ann@example.com", phone: "+44 20 7946 0000", created_at: made, updated_at: made },
  ...{ address: JSON.stringify(passenger.address), ...more },
});
