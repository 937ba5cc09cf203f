import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { sql } from "@travel-conductor/core/base/db";
import { type Line, read } from "@travel-conductor/core/replay";
import { parse } from "csv-parse/sync";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type ReplayedAlert, type Rules, replay } from "../src/replay/run.ts";
import * as golden from "./golden.ts";

/** Files that are too large for the repository. The tests that need them are skipped where they are missing. */
const shared = fileURLToPath(new URL("../../../../shared/", import.meta.url));
const here = existsSync(shared) ? "" : ` (skipped: ${shared} is not there)`;

beforeEach(async () => {
  await sql`truncate users, fare_keys cascade`;
});

const quiet = () => undefined;

function linesOf(file: string): Line[] {
  return parse(readFileSync(`${shared}${file}`), { columns: true }) as Line[];
}

test("alerts at the edges of the rules as the table says", async () => {
  const lines = Object.entries(golden.watches).flatMap(([name, checks]) =>
    checks.map(([at, price]): Line => {
      const [, origin = "", destination = "", departure_date = ""] = /^(\w+)-(\w+) (.+)$/.exec(name) ?? [];
      const timestamp_utc = `2026-${at.replace(" ", "T")}`;
      return { timestamp_utc, origin, destination, departure_date: `${departure_date}T09:00`, price, currency: "GBP" };
    }),
  );
  const told = await replay(read(lines).recorded, golden.rules, quiet);
  const expected = Object.entries(golden.watches).flatMap(([watch, checks]) =>
    checks.flatMap(([at, price, words]) => (words ? [{ watch, at, price: pence(price), words }] : [])),
  );
  const said = told.map(({ watch, at, price, ...alert }) => {
    const moment = at.slice(5, 19).replace("T", " ").replace(/:00$/, "");
    return { watch, at: moment, price, words: wordsOf(alert) };
  });
  const order = (one: { at: string; watch: string }, other: typeof one) =>
    one.at.localeCompare(other.at) || one.watch.localeCompare(other.watch);
  expect(said).toEqual(expected.sort(order));
});

function pence(price: string): number {
  return Number(price.replace(/\D/g, ""));
}

function wordsOf({
  rules,
  alreadyTrue,
  mistakeFare,
}: Pick<ReplayedAlert, "rules" | "alreadyTrue" | "mistakeFare">): string {
  return `${rules.join(" + ")}${alreadyTrue ? ", already true" : ""}${mistakeFare ? ", mistake?" : ""}`;
}

test.skipIf(here)(`the golden file gives its alerts, line by line${here}`, async () => {
  const told = await replay(read(linesOf("design/alerts-golden.csv")).recorded, golden.rules, quiet);
  const lines = readFileSync(`${shared}design/alerts-golden.jsonl`, "utf8").trim().split("\n");
  expect(told).toEqual(lines.map((line) => JSON.parse(line)));
});

test.skipIf(here)(`ten days of real fares are told the same when they are swept out of order${here}`, async () => {
  const lines = linesOf("fares/stn-bgy.csv").filter(({ timestamp_utc }) => timestamp_utc < "2026-01-25");
  const rules: Rules = { target: 2000, threshold: "0.10", newLow: false };
  const told = await replay(read(lines).recorded, rules, quiet);
  expect(told.length).toBeGreaterThan(0);
  await sql`truncate users, fare_keys cascade`;
  expect(await replay(read(lines.toReversed()).recorded, rules, quiet)).toEqual(told);
});

const folder = mkdtempSync(join(tmpdir(), "replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command itself, in a folder of its own. */
async function command(...args: string[]) {
  const boot = fileURLToPath(new URL("../../local/boot.mjs", import.meta.url));
  const env = { ...process.env, INIT_CWD: folder };
  const child = spawn(process.execPath, [boot, "script", "packages/scripts/src/replay.ts", ...args], { env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, err, code };
}

test("writes one alert per line, by time and then watch, with keys in order", async () => {
  const rows = [
    "2026-02-01T10:00:00,STN,BGY,2026-06-16T06:00,2026-06-16T08:55,£ 71 . 10,GBP",
    "2026-02-01T10:00:00,LHR,JFK,2026-06-16T06:00,2026-06-16T08:55,£19.99,GBP",
    "2026-02-01T09:00:00,STN,BGY,2026-06-16T06:00,2026-06-16T08:55,£80.00,GBP",
    "2026-02-01T10:00:00,STN,BGY,2026-06-16T11:00,2026-06-16T13:55,£12,GBP",
    "yesterday,STN,BGY,2026-06-16T06:00,2026-06-16T08:55,£1.00,GBP",
  ];
  const head = "\ufefftimestamp_utc,origin,destination,departure_date,arrival_date,price,currency";
  writeFileSync(join(folder, "fares.csv"), [head, ...rows, ""].join("\r\n"));
  const { out, code } = await command("fares.csv", "--target", "2000", "--out", "told.jsonl");
  expect(code).toBe(0);
  expect(out).toContain("2 alerts of 2 watches");
  expect(out).toContain("1 lines could not be read, 1 prices could not be read");
  expect(out).toMatch(/STN-BGY 2026-06-16 +2 +2 +7110 +1/);
  expect(readFileSync(join(folder, "told.jsonl"), "utf8")).toBe(
    '{"alreadyTrue":true,"at":"2026-02-01T10:00:00Z","mistakeFare":false,"price":1999,"rules":["target"],"watch":"LHR-JFK 2026-06-16"}\n' +
      '{"alreadyTrue":false,"at":"2026-02-01T10:00:00Z","mistakeFare":false,"price":7110,"rules":["drop"],"watch":"STN-BGY 2026-06-16"}\n',
  );
});

test("explains wrong arguments and shows its usage", async () => {
  writeFileSync(join(folder, "empty.csv"), "timestamp_utc,origin\n");
  const wrong: [args: string[], said: string][] = [
    [[], "one FILE"],
    [["a.csv", "b.csv"], "one FILE"],
    [["nowhere.csv"], "nowhere.csv"],
    [["empty.csv"], "no line that can be read"],
    [["a.csv", "--target", "20.00"], "--target"],
    [["a.csv", "--threshold", "0.95"], "--threshold"],
    [["a.csv", "--treshold", "0.10"], "--treshold"],
  ];
  await Promise.all(
    wrong.map(async ([args, said]) => {
      const { err, code } = await command(...args);
      expect({ args, code }).toEqual({ args, code: 1 });
      expect(err).toContain(said);
      expect(err).toContain("npm run replay -- FILE");
    }),
  );
});

/** The whole file takes almost a minute for each line of this table, so it is read only on request. */
const whole = process.env.REPLAY_ALL ? here : " (skipped: REPLAY_ALL is not set)";
test.skipIf(whole).each<[number, Rules]>([
  [62, { target: 2000, threshold: "0.10", newLow: false }],
  [45, { target: null, threshold: "0.10", newLow: false }],
  [61, { target: 2500, threshold: "0.15", newLow: true }],
])(`all real fares give %i alerts with %o${whole}`, { timeout: 300_000 }, async (count, rules) => {
  const told = await replay(read(linesOf("fares/stn-bgy.csv")).recorded, rules, quiet);
  expect(told).toHaveLength(count);
});
