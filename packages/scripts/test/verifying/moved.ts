import * as a from "@travel-conductor/core/test/factory";
import pg from "pg";
import { afterAll, beforeAll, expect } from "vitest";
import { verify } from "../../src/verifying/verify.ts";
import { run } from "./command.ts";
import { booking, profile, search, user, watch, writeOld } from "./old.ts";

export const at = "2026-11-25T12:00:00.000Z";
export const here = new pg.Client({ connectionString: process.env.DATABASE_URL! });
const earlier = "2026-09-01T00:00:00.000Z";
const round = { start: "2027-04-01", end: "2027-04-05" };

const old = writeOld({
  users: [
    user({ id: "ann", email: "Ann@Example.com" }),
    user({ id: "bob", email: "bob@example.com", phone: "020 7946 0000" }),
    user({ id: "lone", email: "lone@example.com", preferred_airports: '["LHR","BGY"]', seat_preference: "window" }),
    user({ id: "same1", email: "same@example.com", created_at: earlier }),
    user({ id: "same2", email: "SAME@example.com" }),
    user({ id: "plain", email: "plain@example.com", password_hash: "secret" }),
    user({ id: "proven", email: "proven@example.com" }),
    user({ id: "unproven", email: "unproven@example.com" }),
    user({ id: null, email: "none@example.com" }),
  ],
  sessions: [],
  watches: [
    watch("ann", { id: "day", lastNotifiedUsd: 110 }),
    watch("ann", { id: "window", ...round, flexDays: 2 }),
    watch("ann", { id: "paused", active: 0, targetUsd: 120, maxStops: 3 }),
    watch("ann", { id: "over", start: "2026-03-01", end: "2026-03-05" }),
    watch("ann", { id: "unsold", start: "2027-12-01", end: "2027-12-05" }),
    watch("ann", { id: "half", tripType: "oneway", start: "2026-08-01", end: "2027-03-20", flexDays: 3 }),
    watch("ann", { id: "long", end: "2027-10-01", flexDays: 2 }),
    watch("anon", { id: "anon", email: "bob@example.com", currency: "JPY", targetUsd: 45210 }),
    watch("anon", { id: "nobodys", email: "who@example.com" }),
    watch("bob", { id: "first", targetUsd: 80, lastNotifiedUsd: 70 }),
    watch("bob", { id: "second", targetUsd: 80, updatedAt: "2026-10-04T00:00:00.000Z", active: 0 }),
    watch("proven", { id: "theirs", tripType: "oneway", end: "2027-03-03" }),
    watch("unproven", { id: "rejected" }),
  ],
  bookings: [
    booking("ann", { id: "b1", booking_reference: "REF" }),
    booking("ann", { id: "b2", booking_reference: "REF" }),
    booking("bob", { id: "b3", booking_reference: "N/A", airline: "BA", return_date: null, status: "CANCELLED" }),
    booking("gone", { id: "nobody" }),
    booking("ann", { id: "spaces", currency: "BGN", status: " ", return_date: " " }),
    booking("ann", { id: "dollars", currency: "\n" }),
    booking("ann", { id: "city", currency: "EUR", origin: "NYC" }),
    booking("ann", { id: "space1", currency: "EUR", booking_reference: "SPACE" }),
    booking("ann", { id: "space2", currency: "EUR", booking_reference: "SPACE\n" }),
    booking("ann", { id: "reference", currency: "EUR", booking_reference: "é".repeat(3_000) }),
    booking("ann", { id: "holes", currency: "EUR", passenger_details: '[{"firstName":"Ann"},null,[]]' }),
    booking("unproven", { id: "b4" }),
  ],
  searches: [
    search("ann", { id: "s1", children: 2 }),
    search("ann", { id: "s2", return_date: "2027-03-05" }),
    search("gone", { id: "s3", searched_at: "2026-01-31T23:30:00.000Z" }),
    search("ann", { id: "old", searched_at: "2025-09-30T23:59:59.999Z" }),
  ],
  passenger_profiles: [profile("ann", { id: "p1" }), profile("bob", { id: "p2", gender: "Other", phone: "call me" })],
});

/** A file of before: only watches, one of them with the id of another. */
const before = writeOld({
  watches: [
    watch("anon", { id: "early", email: "ann@example.com", targetUsd: 99 }),
    watch("anon", { id: "day", email: "ann@example.com", updatedAt: earlier, targetUsd: 98 }),
    watch("anon", { id: "paused", email: "ann@example.com", updatedAt: earlier, cabin: "sleeper" }),
  ],
});
export const paths = [old.path, before.path];

beforeAll(async () => {
  await a.proven({ email: "Proven@example.com" });
  await a.user({ email: "unproven@example.com" });
  const { code, stdout } = await run("import-sqlite", ...paths, "--at", at);
  expect([code, stdout]).toEqual([1, expect.stringContaining("watches: 16 read")]);
  await here.connect();
});
afterAll(async () => {
  await here.end();
  old.remove();
  before.remove();
});

/** Verifies in a transaction after these statements, which are rolled back; returns what is said of rows. */
export function saidAfter(...statements: (string | [string, unknown[]])[]): Promise<string[]> {
  return saidOf([new Date(at)], statements);
}

/** The same for imports at these moments. */
export async function saidOf(ats: Date[], statements: (string | [string, unknown[]])[] = []): Promise<string[]> {
  const lines: string[] = [];
  await here.query("begin");
  try {
    for (const one of statements) {
      const [text, values] = typeof one === "string" ? [one, []] : one;
      const { rowCount } = await here.query(text, values);
      expect(rowCount, text).toBe(1);
    }
    await verify({ paths, here, ats, say: (line) => lines.push(line) });
  } finally {
    await here.query("rollback");
  }
  return lines.filter((line) => /^(DIFFERENT|changed here)/.test(line));
}

export const one = (table: string, id: string, change: string) =>
  `update ${table} set ${change} where legacy_id = '${id}'`;
export const own = (id: string) => `(select id from users where legacy_id = '${id}')`;
