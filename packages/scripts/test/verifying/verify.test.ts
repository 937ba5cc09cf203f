import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as Vault from "@travel-conductor/core/base/vault";
import { expect, test } from "vitest";
import { verify } from "../../src/verifying/verify.ts";
import { run } from "./command.ts";
import { faults } from "./faults.ts";
import { at, here, one, own, paths, saidAfter, saidOf } from "./moved.ts";
import { address, passenger } from "./old.ts";

test("what the importer brought over is as it must be, and the files stay as they are", async () => {
  const bytes = paths.map((path) => readFileSync(path));
  expect(await saidAfter()).toEqual([]);
  expect(paths.map((path) => readFileSync(path))).toEqual(bytes);
});

test.each(faults)("finds %s", async (_, table, id, what, ...statements) => {
  const said = await saidAfter(...statements);
  expect(said.length).toBeGreaterThan(0);
  for (const line of said) expect(line).toContain(`DIFFERENT ${table} "${id}": `);
  expect(said.join("\n")).toContain(`: ${what}`);
});

test.each([
  ["a day of birth", { bornOn: "1984-05-18" }, "bornOn"],
  ["an address", { address: { ...address, city: "Leeds" } }, "address"],
  ["a gender", { gender: null }, "gender"],
  ["a phone", { phone: null, phoneAsGiven: "00442079460000" }, "phone, phoneAsGiven"],
])("finds %s that is sealed, and shows neither", async (_, change, what) => {
  const { rows } = await here.query("select id, user_id as owner, sealed from travelers where legacy_id = 'p1'");
  const [opened] = await Vault.openAll("travelers", rows);
  const [sealed] = await Vault.sealAll("travelers", [{ ...rows[0], value: { ...(opened as object), ...change } }]);
  expect(await saidAfter(["update travelers set sealed = $1 where legacy_id = 'p1'", [sealed]])).toEqual([
    `DIFFERENT travelers "p1": sealed ${what}`,
  ]);
});

test("finds a passenger's name that is sealed", async () => {
  const { rows } = await here.query("select id, user_id as owner, passenger_data from bookings where legacy_id = 'b1'");
  const part = { id: Vault.partId(rows[0].id, 1), owner: rows[0].owner };
  const [opened] = await Vault.openAll("bookings", [{ ...part, sealed: rows[0].passenger_data[1].sealed }]);
  const [sealed] = await Vault.sealAll("bookings", [
    { ...part, value: { ...(opened as object), givenName: passenger.firstName } },
  ]);
  const change =
    "update bookings set passenger_data = jsonb_set(passenger_data, '{1,sealed}', to_jsonb($1::text)) where legacy_id = 'b1'";
  expect(await saidAfter([change, [sealed]])).toEqual(['DIFFERENT bookings "b1": passenger_data[1] givenName']);
});

/** Changes the watch `day`, by default at another moment than the import's, with its entry in the past. */
const changedWatch = (change: string, moment = "now()") => `
  with noted as (
    insert into watch_changes (watch_id, version, at, fare_id, series, new_low, route_low, is_active)
    select watch_id, 2, ${moment}, fare_id, series, new_low, route_low, is_active
      from watch_changes where watch_id = (select id from price_watches where legacy_id = 'day')
  ) ${one("price_watches", "day", change)}`;

test.each([
  [
    "users",
    "ann",
    "first_name, phone, updated_at",
    one("users", "ann", "first_name = 'Anne', phone = null, updated_at = now()"),
  ],
  [
    "users",
    "ann",
    "password_hash",
    one("users", "ann", "password_hash = '$argon2id$v=19$m=47104,t=1,p=1$c2FsdA$aGFzaA'"),
  ],
  [
    "price_watches",
    "day",
    "target_price, updated_at",
    changedWatch("target_price = 9000, version = 2, updated_at = now()"),
  ],
  ["travelers", "p1", "updated_at", one("travelers", "p1", "updated_at = now()")],
])("tells a row of %s apart that somebody changed here", async (table, id, what, statement) => {
  expect(await saidAfter(statement)).toEqual([`changed here ${table} "${id}": ${what}`]);
});

test("the owner of a row that was changed here must still be the same", async () => {
  const change = `version = 2, target_price = 9000, user_id = ${own("bob")}`;
  expect(await saidAfter(changedWatch(change))).toEqual([
    'changed here price_watches "day": target_price',
    'DIFFERENT price_watches "day": user_id',
  ]);
});

test("what a later import changed in a watch is not taken for its owner's change", async () => {
  const moment = `'${at}'`;
  expect(
    await saidAfter(changedWatch("version = 2, state = jsonb_set(state, '{rules,target,0}', '2')", moment)),
  ).toEqual([]);
  expect(await saidAfter(changedWatch("version = 2, target_price = 9000", moment))).toEqual([
    'DIFFERENT price_watches "day": target_price is 9000, must be 11999',
  ]);
});

test("a watch that was made here stands for one that wants the same", async () => {
  const [said, ...more] = await saidAfter(one("price_watches", "early", "legacy_id = null"));
  expect(said).toMatch(/^changed here price_watches "early": wch_\w+, which was made here, stands for it$/);
  expect(more).toEqual([]);
});

test("a watch that is gone from the files has ended", async () => {
  const insert = `insert into price_watches (id, legacy_id, user_id, origin_code, destination_code, departure_date, class,
    adults, currency, is_active, ended_at) values ('wch_x', 'gone', ${own("bob")}, 'LHR', 'BGY', '2027-03-01', 'economy', 1,
    'GBP', false, now())`;
  expect(await saidAfter(insert)).toEqual([
    'changed here price_watches "gone": is gone from the files, and ended or was changed here',
  ]);
});

test("what came with an import of before is as it was to be then", async () => {
  const later = new Date("2027-04-01T12:00:00Z");
  const alone = await saidOf([later]);
  expect(alone).toContainEqual(expect.stringContaining('DIFFERENT price_watches "window": fares'));
  expect(alone).toContainEqual(expect.stringContaining('DIFFERENT price_watches "day": is_ended'));
  expect(await saidOf([later, new Date(at)])).toEqual([
    'changed here search_analytics "s3": of a month that was still kept when it was imported',
  ]);
});

test("the command says a line for each table, and ends with 0, 1 or 2", async () => {
  const right = await run("verify-import", ...paths, "--at", at);
  expect(right).toMatchObject({ code: 0, stdout: expect.stringContaining("users: 5 expected, 5 here, 0 differences") });
  expect(right.stdout).toContain("bookings: total_price in GBP: 47996 here, 47996 expected (minor units)");
  await here.query(one("users", "ann", "first_name = 'Anne'"));
  const wrong = await run("verify-import", ...paths, "--at", at);
  await here.query(one("users", "ann", "first_name = 'Ann'"));
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('DIFFERENT users "ann": first_name\n') });
  const refused = await run("verify-import", "--at", "noon", ...paths);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--at noon is no instant\n\nUse: npm run/) });
});

test.each([
  ["/no/such.db", "There is no file /no/such.db"],
  [fileURLToPath(import.meta.url), "is no SQLite database that can be read"],
])("refuses %s", async (path, why) => {
  await expect(verify({ paths: [path], here, ats: [new Date(at)], say: () => undefined })).rejects.toThrow(why);
});
