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
import { parseFile } from "../src/replay/file.ts";
import type { Rules } from "../src/replay/rules.ts";
import { type ReplayedAlert, replay } from "../src/replay/run.ts";
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

/** Runs a script in a folder of its own: the command, or what it runs once its services have started. */
async function run(script: "replay.ts" | "replay/main.ts", ...args: string[]) {
  const boot = fileURLToPath(new URL("../../local/boot.mjs", import.meta.url));
  const env = { ...process.env, INIT_CWD: folder };
  const child = spawn(process.execPath, [boot, "script", `packages/scripts/src/${script}`, ...args], { env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, err, code };
}

const head = "timestamp_utc,origin,destination,departure_date,arrival_date,price,currency";
const good = "2026-02-01T10:00:00,STN,BGY,2026-06-16T06:00,2026-06-16T08:55,£ 71 . 10,GBP";
const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);

test("writes one alert per line, by time and then watch, a summary, a picture and a report", async () => {
  const rows = [
    good,
    "2026-02-01T10:00:00,LHR,JFK,2026-06-16T06:00,2026-06-16T08:55,£19.99,GBP",
    "2026-02-01T09:00:00,STN,BGY,2026-06-16T06:00,2026-06-16T08:55,£80.00,GBP",
    "2026-02-01T10:00:00,STN,BGY,2026-06-16T11:00,2026-06-16T13:55,£12,GBP",
    "yesterday,STN,BGY,2026-06-16T06:00,2026-06-16T08:55,£1.00,GBP",
  ];
  put("fares.csv", [`\ufeff${head}`, ...rows, ""].join("\r\n"));
  const files = ["--out", "told.jsonl", "--plot", "told.svg", "--report", "unread.txt"];
  const { out, code } = await run("replay/main.ts", "fares.csv", "--target-price", "20.00", ...files);
  expect(code).toBe(0);
  expect(out).toContain("2 alerts of 2 watches");
  expect(out).toContain("1 lines could not be read, 1 prices could not be read");
  expect(out).toMatch(/STN-BGY 2026-06-16 +2 +2 +71.10 GBP +1 +0 +1\n/);
  expect(out).toMatch(/target +1 +1 +19.99 GBP\ndrop +1 +1 +71.10 GBP\n/);
  expect(readFileSync(join(folder, "told.jsonl"), "utf8")).toBe(
    '{"alreadyTrue":true,"at":"2026-02-01T10:00:00Z","mistakeFare":false,"price":1999,"rules":["target"],"watch":"LHR-JFK 2026-06-16"}\n' +
      '{"alreadyTrue":false,"at":"2026-02-01T10:00:00Z","mistakeFare":false,"price":7110,"rules":["drop"],"watch":"STN-BGY 2026-06-16"}\n',
  );
  expect(readFileSync(join(folder, "unread.txt"), "utf8")).toBe(
    'line 5: price "£12" is not surely an amount in GBP\n' +
      'line 6: timestamp_utc "yesterday" must be a moment in UTC, such as 2026-01-15T23:13:48\n',
  );
  const picture = readFileSync(join(folder, "told.svg"), "utf8");
  expect(picture).toContain("STN-BGY 2026-06-16");
  expect(picture.match(/class="alert"/g)).toHaveLength(2);
});

test("with --strict a line or a price that cannot be read ends with another code, after the run", async () => {
  put("strict.csv", `${head}\n${good}\n${good.replace("£ 71 . 10", "£12")}\n`);
  put("clean.csv", `${head}\n${good}\n`);
  const strict = await run("replay/main.ts", "strict.csv", "--strict", "--out", "strict.jsonl");
  await sql`truncate users, fare_keys cascade`;
  const clean = await run("replay/main.ts", "clean.csv", "--strict", "--out", "clean.jsonl");
  expect(strict).toMatchObject({ code: 2, err: expect.stringContaining("line 3: price") });
  expect(clean).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, "strict.jsonl"))).toBe(true);
});

test.each([",", ";", "\t", "|"])("the delimiter %o is found, with fields in quotes and any line end", (delimiter) => {
  const names = ["Currency", "price", "departure_date", "destination", "origin", "timestamp_utc", "note"];
  const row = ["GBP", '"1,071.10"', "2026-06-16", "BGY", "STN", "2026-02-01T10:00:00", '"a\r\nb"'];
  for (const end of ["\n", "\r\n", "\r"]) {
    const file = ["", names.join(delimiter), row.join(delimiter), "", row.join(delimiter), ""].join(end);
    const { lines, faults } = parseFile(new TextEncoder().encode(`\ufeff${file}`));
    expect(faults).toEqual([]);
    expect(lines.map(({ number }) => number)).toEqual([3, 6]);
    expect(read(lines).recorded).toMatchObject([{ name: "STN-BGY 2026-06-16", checks: [{ price: 1071_10 }] }]);
  }
});

test("a line with too few or too many fields is a fault, and one with empty fields at its end is not", () => {
  const rows = [good, `${good},,`, `${good},more`, "2026-02-01T10:00:00,STN", `${good.slice(0, -4)}"GBP`];
  const { lines, faults } = parseFile(new TextEncoder().encode([head, ...rows].join("\n")));
  expect(lines.map(({ number }) => number)).toEqual([2, 3]);
  expect(faults.map(({ number, reason }) => `${number} ${reason}`)).toEqual([
    "4 has 8 fields, and the first line has 7",
    "5 has 2 fields, and the first line has 7",
    "6 has 6 fields, and the first line has 7",
  ]);
});

/** Files that cannot be replayed, and the sentence that says why. */
const broken: [name: string, content: string | Uint8Array, said: string][] = [
  ["empty.csv", "", "the file is empty"],
  ["blank.csv", "\ufeff\r\n \r\n", "the file is empty"],
  ["price.csv", `${head.replace("price,", "")}\n${good}`, "lacks the column price; it has timestamp_utc, origin"],
  ["short.csv", "timestamp_utc,origin\n", "lacks the columns destination, departure_date, price, currency"],
  ["headless.csv", good, "lacks the columns timestamp_utc, origin"],
  ["spaces.csv", `${head.replaceAll(",", " ")}\n`, "lacks the columns"],
  ["twice.csv", `${head},price\n${good},1.00`, "has the column price more than once"],
  ["head.csv", `${head}\n\n`, "no line after its first one"],
  ["quote.csv", `${head}\n"${good}\n${good}\n`, "a quotation mark that opens a field"],
  ["quoted.csv", `"${head}\n${good}\n`, "a quotation mark that opens a field"],
  ["utf16.csv", Buffer.from(`\ufeff${head}\n${good}`, "utf16le"), "is UTF-16"],
  ["latin1.csv", Buffer.from(`${head}\n${good}`, "latin1"), "is not UTF-8"],
  ["zero.csv", `${head}\n\0\0\0`, "is not a text"],
  ["image.csv", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), "is not UTF-8"],
  ["data.json", '{"price": 12}', "lacks the columns"],
];

test.each(broken)("%s gets one sentence", async (name, content, said) => {
  put(name, content);
  const { err, code } = await run("replay.ts", name);
  expect(code).toBe(1);
  expect(err).toContain(said);
  expect(err.trim()).not.toMatch(/\n/);
});

test.each([
  ["no readable line", `${head}\nyesterday${good.slice(19)}`, [], 'line 2: timestamp_utc "yesterday" must be'],
  ["a target that its currency lacks", `${head}\n${good}`, ["--target-price", "20.005"], "is no amount in GBP"],
])("%s gets one sentence", async (_, content, args, said) => {
  put("unfit.csv", content);
  const { err, code } = await run("replay/main.ts", "unfit.csv", ...args);
  expect(code).toBe(1);
  expect(err).toContain(said);
  expect(err.trim()).not.toMatch(/\n/);
});

test("checks the outputs before the run, leaves them as they were, and never writes over the file", async () => {
  put("fares.csv", `${head}\n${good}\n`);
  put("taken.jsonl", "kept");
  const wrong: [args: string[], said: string][] = [
    [["--out", "nowhere/told.jsonl"], "--out"],
    [["--out", "."], "it is a folder"],
    [["--plot", "taken.jsonl/a.svg"], "a part of its path is a file"],
    [["--out", "fares.csv"], "--out and FILE are the same file"],
    [["--out", "new.jsonl", "--report", "new.jsonl"], "--report and --out are the same file"],
    [["--out", "taken.jsonl", "--plot", "nowhere/a.svg"], "--plot"],
  ];
  for (const [args, said] of wrong) {
    const { err, code } = await run("replay.ts", "fares.csv", ...args);
    expect({ args, code }).toEqual({ args, code: 1 });
    expect(err).toContain(said);
    expect(err.trim()).not.toMatch(/\n/);
  }
  expect(readFileSync(join(folder, "taken.jsonl"), "utf8")).toBe("kept");
  expect(existsSync(join(folder, "new.jsonl"))).toBe(false);
});

test("explains wrong arguments and shows its usage, and its usage alone on request", async () => {
  const wrong: [args: string[], said: string][] = [
    [[], "one FILE"],
    [["a.csv", "b.csv"], "one FILE"],
    [["a.csv", "--target", "20.00"], "--target-price takes 20.00"],
    [["a.csv", "--target-price", "0.00"], "--target-price"],
    [["a.csv", "--target-price", "20", "--target", "2000"], "the same rule"],
    [["a.csv", "--threshold", "0.95"], "--threshold"],
    [["a.csv", "--treshold", "0.10"], "--treshold"],
  ];
  for (const [args, said] of wrong) {
    const { err, code } = await run("replay.ts", ...args);
    expect({ args, code }).toEqual({ args, code: 1 });
    expect(err).toContain(said);
    expect(err).toContain("npm run replay -- FILE");
  }
  expect(await run("replay.ts", "nowhere.csv")).toMatchObject({ code: 1, err: expect.stringContaining("nowhere.csv") });
  expect(await run("replay.ts", "--help")).toMatchObject({ code: 0, out: expect.stringContaining("--route-low") });
});

test("a price that is low for the route alerts where that rule is on", async () => {
  const prices = Array.from({ length: 40 }, (_, day) => (day === 39 ? "90.00" : day % 2 ? "100.00" : "98.00"));
  const lines = prices.map((price, day): Line => {
    const timestamp_utc = `${new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 19)}`;
    return { timestamp_utc, origin: "STN", destination: "BGY", departure_date: "2026-12-16", price, currency: "GBP" };
  });
  const rules: Rules = { target: null, threshold: "0.90", newLow: false };
  expect(await replay(read(lines).recorded, rules, quiet)).toEqual([]);
  await sql`truncate users, fare_keys cascade`;
  const told = await replay(read(lines).recorded, { ...rules, routeLow: true }, quiet);
  expect(told.at(-1)).toMatchObject({ price: 90_00, rules: ["route_low"] });
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
