import { DatabaseSync } from "@photostructure/sqlite";

const tables = {
  users: `id TEXT PRIMARY KEY, email TEXT, password_hash TEXT, first_name TEXT, last_name TEXT, preferred_airlines TEXT,
    preferred_airports TEXT, seat_preference TEXT, meal_preference TEXT, created_at TEXT, updated_at TEXT, phone TEXT`,
  bookings: `id TEXT PRIMARY KEY, user_id TEXT, booking_reference TEXT, origin TEXT, destination TEXT, depart_date TEXT,
    return_date TEXT, passengers INTEGER, passenger_details TEXT, total_amount REAL, currency TEXT, airline TEXT,
    booking_date TEXT, status TEXT, contact_email TEXT, created_at TEXT`,
  searches: `id TEXT PRIMARY KEY, user_id TEXT, origin TEXT, destination TEXT, depart_date TEXT, return_date TEXT,
    adults INTEGER, children INTEGER, infants INTEGER, cabin_class TEXT, currency TEXT, result_count INTEGER, airlines TEXT,
    price_range TEXT, searched_at TEXT`,
  passenger_profiles: `id TEXT PRIMARY KEY, user_id TEXT, first_name TEXT, last_name TEXT, date_of_birth TEXT, gender TEXT,
    email TEXT, phone TEXT, address TEXT, created_at TEXT, updated_at TEXT`,
  watches: `id TEXT PRIMARY KEY, userId TEXT, origin TEXT, destination TEXT, start TEXT, end TEXT, cabin TEXT,
    maxStops INTEGER, adults INTEGER, currency TEXT, targetUsd REAL, flexDays INTEGER, active INTEGER, email TEXT,
    createdAt TEXT, updatedAt TEXT`,
};

/** The share of each table in a mixed file. */
const shares = { users: 0.2, passenger_profiles: 0.1, bookings: 0.15, searches: 0.4, watches: 0.15 };

const places = [
  "LHR",
  "BGY",
  "JFK",
  "CDG",
  "FRA",
  "MAD",
  "SYD",
  "SIN",
  "DXB",
  "AMS",
  "FCO",
  "IST",
  "HND",
  "ORD",
  "LAX",
];
const address = JSON.stringify({ lines: ["1 High Street"], city: "London", postal: "N1 1AA", country: "GB" });
const day = (number: number) => new Date(Date.UTC(2027, 0, 1 + (number % 250))).toISOString().slice(0, 10);
const place = (number: number) => places[number % places.length]!;

/** Writes an old file of `rows` mixed rows, all of which arrive; ids begin with `part`, so that files do not meet. */
export function writeFile(path: string, part: string, rows: number): void {
  const db = new DatabaseSync(path);
  db.exec("pragma journal_mode = wal; pragma synchronous = off");
  const counts = Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, Math.round(rows * share)]));
  const people = counts.users!;
  const moment = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * 20_000).toISOString();
  const owner = (number: number) => `${part}_user_${(number * 7_919) % people}`;
  const cells: Record<keyof typeof tables, (n: number) => (string | number | null)[]> = {
    users: (n) => [
      ...[
        `${part}_user_${n}`,
        `${part}.Person${n}@Example.com`,
        `$2b$12$${String(n).padStart(53, "a")}`,
        "Ann",
        `Lee${n}`,
      ],
      ...[
        '["BA","LH"]',
        '["LHR"]',
        "aisle",
        "vegan",
        moment(n),
        moment(n + 5),
        n % 3 === 0 ? "+44 20 7946 0000" : null,
      ],
    ],
    passenger_profiles: (n) => [
      ...[
        `${part}_profile_${n}`,
        owner(n),
        "Ann",
        `Lee${n}`,
        "1984-05-17",
        "F",
        `ann${n}@example.com`,
        "+442079460000",
      ],
      ...[address, moment(n), moment(n)],
    ],
    bookings: (n) => [
      ...[
        `${part}_booking_${n}`,
        owner(n),
        `eJz${part}${n}`,
        place(n),
        place(n + 4),
        day(n),
        n % 2 ? day(n + 7) : null,
        1,
      ],
      `[{"firstName":"Ann","lastName":"Lee","dateOfBirth":"1984-05-17","gender":"F","email":"a@example.com","phone":"442079460000","address":${address}}]`,
      ...[100 + (n % 900) + 0.99, "GBP", "", moment(n), "confirmed", "a@example.com", moment(n)],
    ],
    searches: (n) => [
      ...[
        `${part}_search_${n}`,
        owner(n),
        place(n),
        place(n + 2),
        day(n),
        n % 2 ? day(n + 7) : null,
        2,
        n % 3,
        0,
        "economy",
      ],
      ...["USD", 4, "[]", '{"min":235.31,"max":1897.64}', moment(n)],
    ],
    watches: (n) => [
      ...[
        `${part}_watch_${n}`,
        owner(n),
        place(n),
        place(n + 1 + (n % 9)),
        day(n),
        day(n),
        "ECONOMY",
        1,
        1 + (n % 3),
        "GBP",
      ],
      ...[100 + (n % 500), n % 10 === 0 ? 2 : 0, 1, null, moment(n), moment(n)],
    ],
  };
  for (const name of Object.keys(tables) as (keyof typeof tables)[]) {
    db.exec(`create table ${name} (${tables[name]}); begin`);
    const width = cells[name](0).length;
    const insert = db.prepare(`insert into ${name} values (${Array(width).fill("?").join()})`);
    // A return is never before its departure.
    for (let n = 0; n < counts[name]!; n++) insert.run(...sorted(name, cells[name](n)));
    db.exec("commit");
  }
  db.close();
}

function sorted(name: string, row: (string | number | null)[]): (string | number | null)[] {
  const [from, to] = name === "bookings" ? [5, 6] : name === "searches" ? [4, 5] : [0, 0];
  if (from > 0 && row[to] !== null && String(row[to]) < String(row[from]))
    [row[from], row[to]] = [row[to]!, row[from]!];
  return row;
}
