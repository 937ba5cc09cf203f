import { addDays, isoDay } from "@travel-conductor/core/base/day";
import { sql } from "@travel-conductor/core/base/db";
import * as a from "@travel-conductor/core/test/factory";
import * as Traveler from "@travel-conductor/core/traveler";
import * as Watch from "@travel-conductor/core/watch";
import { expect, test } from "vitest";
import { moveIn } from "../../src/moving/run.ts";
import { booking, profile, search, user, watch, writeOld } from "../moving/old.ts";
import { run as command } from "../verifying/command.ts";

const run = (...args: string[]) => command("moved-since", ...args);

/** What was written since a moment, as `table what id`, and the counts. */
async function since(moment: string): Promise<{ code: number; rows: string[]; counts: Record<string, number> }> {
  const { code, stdout } = await run(moment, "--json");
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const rows = all.filter((one) => !("count" in one)).map(({ table, what, id }) => `${table} ${what} ${id}`);
  const counts = all.filter((one) => "count" in one).map(({ table, count }) => [table, count]);
  return { code, rows: rows.sort(), counts: Object.fromEntries(counts) };
}

const inDays = (count: number) => addDays(isoDay(new Date()), count);
const days = { start: inDays(60), end: inDays(67) };
const traveler = { givenName: "Robin", familyName: "Example", bornOn: "1984-05-17", gender: "f", title: "ms" } as const;

test("lists what people wrote, and nothing that the importer wrote", async () => {
  const ann = user({ id: "ann" });
  const bob = user({ id: "bob" });
  const old = writeOld({
    users: [ann, bob],
    watches: [
      watch("ann", { id: "w1", ...days }),
      watch("ann", { id: "w2", ...days, targetUsd: 50 }),
      watch("ann", { id: "w3", ...days, targetUsd: 60 }),
    ],
    bookings: [booking("ann", { id: "b1" })],
    searches: [search("ann")],
    passenger_profiles: [profile("ann", { id: "p1" }), profile("ann", { id: "p2" })],
  });
  const long = "2020-01-01T00:00:00Z";
  await moveIn({ paths: [old], databaseUrl: process.env.DATABASE_URL!, at: new Date() });
  expect(await since(long)).toEqual({ code: 0, rows: [], counts: { alerts: 0, search_analytics: 0 } });

  const idOf = async (table: string, id: string) =>
    String((await sql`select id from ${sql.unsafe(table)} where legacy_id = ${id}`)[0]!.id);
  const [owner, w1, w2, w3] = [
    await idOf("users", "ann"),
    await idOf("price_watches", "w1"),
    await idOf("price_watches", "w2"),
    await idOf("price_watches", "w3"),
  ];
  const [b1, p1, p2] = [await idOf("bookings", "b1"), await idOf("travelers", "p1"), await idOf("travelers", "p2")];
  const moment = new Date().toISOString();
  const made = await a.watch({ departureDate: days.start }, { at: new Date() });
  const person = await Traveler.create(made.userId, traveler, new Date());
  const paper = { type: "passport", number: "AB123456", country: "GB", expiresOn: inDays(1_000) };
  await Traveler.addDocument(made.userId, person.id, paper, new Date());
  await sql`update users set first_name = 'Anne', updated_at = now() where id = ${owner}`;
  await Watch.update(owner, w1, { rules: { target: "90.00" } }, new Date());
  await sql`update price_watches set ended_at = now(), ended_because = 'time', is_active = false, version = 2 where id = ${w2}`;
  await Watch.remove(owner, w3);
  await sql`update bookings set status = 'cancelled', updated_at = now() where id = ${b1}`;
  await sql`update travelers set updated_at = now() where id = ${p1}`;
  await sql`delete from travelers where id = ${p2}`;
  const [document] = await sql`select id from traveler_documents`;
  const expected = [
    `users created ${made.userId}`,
    `users changed ${owner}`,
    `price_watches created ${made.id}`,
    `price_watches changed ${w1}`,
    `price_watches ended ${w2}`,
    `price_watches removed ${w3}`,
    `bookings changed ${b1}`,
    `travelers created ${person.id}`,
    `travelers changed ${p1}`,
    `travelers removed ${p2}`,
    `traveler_documents created ${document!.id}`,
  ];
  const written = await since(moment);
  expect(written.code).toBe(1);
  expect(written.rows).toEqual(expected.sort());
  const { stdout } = await run(moment);
  expect(stdout).toMatch(new RegExp(`^users ${owner} changed 20..-..-..T..:..:..\\....Z$`, "m"));
  expect(stdout).not.toMatch(/Anne|Robin|AB123456|@/);
});

test("a wrong use ends with 2, and says which is right", async () => {
  const [none, bad, unknown] = await Promise.all([run(), run("yesterday"), run("2026-11-25T12:00:00Z", "--all")]);
  expect([none.code, bad.code, unknown.code]).toEqual([2, 2, 2]);
  expect(none.stderr).toMatch(/^Use: npm run moved-since/);
  expect(bad.stderr).toMatch(/^yesterday is no instant\n\nUse:/);
  expect(unknown.stderr).toContain("Use: npm run moved-since");
});
