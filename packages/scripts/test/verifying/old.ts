import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm";

type Value = string | number | bigint | null | Uint8Array;
/** A row of an old file, by its columns. */
export type Row = Record<string, Value>;

const columns: Record<string, string> = {
  users: `id text primary key, email text unique, password_hash text, first_name text, last_name text,
    preferred_airlines text default '[]', preferred_airports text default '[]', seat_preference text default 'aisle',
    meal_preference text default 'standard', created_at text, updated_at text, phone text`,
  sessions: "id text primary key, user_id text, token_hash text, expires_at text, created_at text",
  bookings: `id text primary key, user_id text, booking_reference text, origin text, destination text,
    depart_date text, return_date text, passengers integer, passenger_details text, total_amount real, currency text,
    airline text, booking_date text, status text default 'confirmed', contact_email text, created_at text`,
  searches: `id text primary key, user_id text, origin text, destination text, depart_date text, return_date text,
    adults integer, children integer default 0, infants integer default 0, cabin_class text default 'economy',
    currency text default 'USD', result_count integer, airlines text, price_range text, searched_at text`,
  passenger_profiles: `id text primary key, user_id text, first_name text, last_name text, date_of_birth text,
    gender text, email text, phone text, address text, created_at text, updated_at text`,
  watches: `id text primary key, userId text, origin text, destination text, start text, "end" text, cabin text,
    maxStops integer, adults integer, currency text default 'USD', targetUsd real, flexDays integer, active integer,
    email text, provider text, lastProvider text, lastSourceLink text, lastBestUsd real, lastNotifiedUsd real,
    createdAt text, updatedAt text, tripType text`,
};

/** Writes an old file that holds these rows; returns its path, and what removes it. */
export function writeOld(tables: Record<string, Row[]>): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "old-"));
  const path = join(folder, "travel_orchestrator.db");
  const db = new sqlite.Database(path);
  for (const [table, rows] of Object.entries(tables)) {
    db.exec("begin");
    db.exec(`create table ${table} (${columns[table]})`);
    for (const row of rows) {
      const names = Object.keys(row);
      const holes = names.map(() => "?").join();
      db.run(`insert into ${table} (${names.map((name) => `"${name}"`).join()}) values (${holes})`, Object.values(row));
    }
    db.exec("commit");
  }
  db.close();
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

const made = "2026-10-01T09:00:00.000Z";
const times = { created_at: made, updated_at: "2026-10-02T10:30:00.500Z" };
let number = 0;
const next = (name: string) => `${name}_${1_790_000_000_000 + number++}_k3j9x2m1a`;

export const hash = `$2b$12$${"abcdefghij".repeat(5)}klm`;

export function user(more: Row = {}): Row {
  const id = next("user");
  const names = { first_name: "Ann", last_name: "Lee" };
  return {
    id,
    email: `${id}@Example.com`,
    password_hash: hash,
    ...names,
    phone: "+44 20 7946 0000",
    ...times,
    ...more,
  };
}

export function watch(userId: Value, more: Row = {}): Row {
  const journey = { origin: "LHR", destination: "BGY", start: "2027-03-01", end: "2027-03-08", tripType: "roundtrip" };
  const party = { cabin: "ECONOMY", maxStops: 1, adults: 2, currency: "GBP", targetUsd: 119.99, flexDays: 0 };
  const state = { active: 1, createdAt: made, updatedAt: "2026-10-03T00:00:00.000Z" };
  return { id: next("watch"), userId, ...journey, ...party, ...state, ...more };
}

export const address = { lines: ["1 High Street"], city: "London", postal: "N1", country: "GB" };
export const passenger = {
  ...{ firstName: "Ann", lastName: "Lee", dateOfBirth: "1984-05-17", gender: "F", email: "ann@example.com" },
  ...{ phone: "442079460000", address },
};

export function booking(userId: Value, more: Row = {}): Row {
  const id = `booking_${1_790_100_000_000 + number++}`;
  const journey = { origin: "LHR", destination: "BGY", depart_date: "2027-03-01", return_date: "2027-03-08" };
  const party = { passengers: 2, passenger_details: JSON.stringify([passenger, { ...passenger, firstName: "Bo" }]) };
  const price = { total_amount: 119.99, currency: "GBP", airline: "", status: "confirmed" };
  const rest = { contact_email: "ann@example.com", booking_date: made, created_at: made };
  return { id, user_id: userId, booking_reference: `ord_${id}`, ...journey, ...party, ...price, ...rest, ...more };
}

export function search(userId: Value, more: Row = {}): Row {
  const journey = { origin: "LHR", destination: "BGY", depart_date: "2027-03-01", return_date: null };
  const party = { adults: 2, children: 0, infants: 0, cabin_class: "economy", currency: "GBP", result_count: 4 };
  const rest = { price_range: '{"min":119.99,"max":300}', airlines: "[]", searched_at: made };
  return { id: next("search"), user_id: userId, ...journey, ...party, ...rest, ...more };
}

export function profile(userId: Value, more: Row = {}): Row {
  const names = { first_name: "Ann", last_name: "Lee", date_of_birth: "1984-05-17", gender: "F" };
  const contact = { email: "ann@example.com", phone: "00442079460000", address: JSON.stringify(address) };
  return { id: next("profile"), user_id: userId, ...names, ...contact, ...times, ...more };
}
