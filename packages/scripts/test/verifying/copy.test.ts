import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import sqlite from "node-sqlite3-wasm";
import pg from "pg";
import { expect, test } from "vitest";
import { copyPrivately } from "../../src/verifying/copy.ts";
import { Old } from "../../src/verifying/old.ts";
import { verify } from "../../src/verifying/verify.ts";
import { run } from "./command.ts";
import { user, writeOld } from "./old.ts";

test("reads rows that lie in the write-ahead log alone, from a copy that only this user may read", async () => {
  const { path, remove } = writeOld({ users: [user({ id: "ann" })] });
  const writer = new sqlite.Database(path);
  writer.exec("pragma locking_mode = exclusive");
  writer.exec("pragma journal_mode = wal");
  writer.run("update users set first_name = 'Anne'");
  const bytes = () =>
    readdirSync(dirname(path))
      .filter((name) => !name.endsWith(".lock"))
      .map((name) => readFileSync(`${dirname(path)}/${name}`));
  const before = bytes();
  const copy = await copyPrivately(path);
  const old = new Old(copy.path);
  try {
    expect(before).toHaveLength(2);
    expect([...old.rows("users")].map((row) => row("first_name").text)).toEqual(["Anne"]);
    expect(statSync(copy.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(copy.path)).mode & 0o777).toBe(0o700);
    expect(bytes()).toEqual(before);
  } finally {
    old.close();
    await copy.remove();
    writer.close();
    remove();
  }
  expect(existsSync(dirname(copy.path))).toBe(false);
});

const legacy = fileURLToPath(new URL("../../../../../shared/legacy/", import.meta.url));
const isHere = existsSync(`${legacy}expected.json`);

test.skipIf(!isHere)(
  `a file of the old application is as it must be${isHere ? "" : ` (skipped: no ${legacy})`}`,
  async () => {
    const { at } = JSON.parse(readFileSync(`${legacy}expected.json`, "utf8"));
    const path = `${legacy}travel_orchestrator.db`;
    expect(await run("import-sqlite", path, "--at", at)).toMatchObject({ code: 0 });
    const here = new pg.Client({ connectionString: process.env.DATABASE_URL! });
    await here.connect();
    const lines: string[] = [];
    expect(await verify({ paths: [path], here, ats: [new Date(at)], say: (line) => lines.push(line) })).toBe(0);
    await here.end();
    expect(lines).toContain("bookings: total_price in TRY: 716670 here, 716670 expected (minor units)");
  },
);
