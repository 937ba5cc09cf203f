import { sql } from "@travel-conductor/core/base/db";
import * as User from "@travel-conductor/core/user";
import pg from "pg";
import { beforeEach, expect, test } from "vitest";
import { moveIn } from "../../src/moving/run.ts";
import { verify } from "../../src/verifying/verify.ts";
import { changeOld, user, watch, writeOld } from "./old.ts";

const at = new Date("2026-11-25T12:00:00Z");
const run = (...paths: string[]) => moveIn({ paths, databaseUrl: process.env.DATABASE_URL!, at });
beforeEach(() => sql`truncate users, fare_keys, moved_rows, bookings, search_analytics, import_runs cascade`);

const one = user({ id: "u_1", email: "same@example.com" });
const twin = user({ id: "u_2", email: "SAME@example.com" });
const addTwin = (path: string) =>
  changeOld(
    path,
    "insert into users (id, email, created_at) values ('u_2', 'SAME@example.com', '2026-10-02T00:00:00Z')",
  );
const signedIn = "$argon2id$v=19$m=47104,t=1,p=1$c2FsdA$aGFzaA";

/** Whether the account has the old hash, one that a sign-in made of it, or none. */
async function password(): Promise<string> {
  const [row, ...more] = await sql`select password_hash as hash from users`;
  expect(more).toEqual([]);
  if (row!.hash === User.unknownHash) return "none";
  return row!.hash === signedIn ? "signed in" : String(row!.hash).startsWith("$2b$") ? "old" : "other";
}

test("users of one address in two runs are one account, and no old password opens it", async () => {
  await run(writeOld({ users: [one] }));
  expect(await password()).toBe("old");
  const other = writeOld({ users: [twin], watches: [watch("u_2")] });
  const { tables, reasons } = await run(other);
  expect([tables.users, reasons.users]).toEqual([{ read: 1, merged: 1 }, { "email.same": 1 }]);
  expect(await sql`select users.legacy_id from price_watches join users on users.id = user_id`).toEqual([
    { legacy_id: "u_1" },
  ]);
  expect(await password()).toBe("none");
  expect((await run(other)).tables.users).toEqual({ read: 1, unchanged: 1 });
  await run(writeOld({ users: [{ ...one, first_name: "Anna" }] }));
  expect(await password()).toBe("none");
});

test("an address that a user of the file has left is not another user's before the change is here", async () => {
  const path = writeOld({ users: [one] });
  await run(path);
  changeOld(path, "update users set email = 'zoe@example.com'");
  addTwin(path);
  expect((await run(path)).reasons.users).toEqual({ "account.unproven": 1 });
  expect((await run(path)).tables.users).toEqual({ read: 2, imported: 1, unchanged: 1 });
});

test("a second user of an address takes the old passwords away, also where the profile was changed here", async () => {
  const path = writeOld({ users: [one] });
  await run(path);
  const [{ id } = { id: "" }] = (await sql`select id from users`) as { id: string }[];
  await User.update(id, { firstName: "Annie" });
  await sql`update users set password_hash = ${signedIn}`;
  addTwin(path);
  const { tables } = await run(path);
  expect(tables.users).toEqual({ read: 2, kept: 1, merged: 1 });
  expect(await password()).toBe("none");
});

test("who has proven the address keeps the password of the sign-in", async () => {
  const path = writeOld({ users: [one] });
  await run(path);
  await sql`update users set email_verified = true, password_hash = ${signedIn}`;
  addTwin(path);
  const { tables } = await run(path);
  expect(tables.users).toEqual({ read: 2, imported: 1, merged: 1 });
  expect(await password()).toBe("signed in");
});

test("an account without a readable password takes a later one, unless several had it", async () => {
  const path = writeOld({ users: [{ ...one, password_hash: "secret" }] });
  await run(path);
  expect(await password()).toBe("none");
  changeOld(path, "update users set password_hash = ?", String(one.password_hash));
  await run(path);
  expect(await password()).toBe("old");
  addTwin(path);
  await run(path);
  changeOld(path, "delete from users where id = 'u_2'");
  await run(path);
  expect(await password()).toBe("none");
});

test("an older user of an address that comes later is verified as a part of the account that is here", async () => {
  const path = writeOld({ users: [one], watches: [watch("u_1")] });
  await run(path);
  const [id, created] = ["u_0", "2026-01-01T00:00:00Z"];
  changeOld(path, "insert into users (id, email, created_at) values (?, 'SAME@example.com', ?)", id, created);
  await run(path);
  const here = new pg.Client({ connectionString: process.env.DATABASE_URL! });
  await here.connect();
  const lines: string[] = [];
  await verify({ paths: [path], here, ats: [at], say: (line) => lines.push(line) });
  await here.end();
  expect(lines.filter((line) => line.startsWith("DIFFERENT"))).toEqual([]);
});
