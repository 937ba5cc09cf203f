import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { buildRoutes } from "../src/routes/build.ts";
import { readCorrections } from "../src/routes/corrections.ts";

/** Rows of OpenTravelData's form; the counts are of 40 weeks, 280 for a flight a day. */
const schedule = (...rows: string[]) => ["airline_code^apt_org^apt_dst^flt_freq", ...rows].join("\n");
const both = (airline: string, from: string, to: string, count: number) => [
  `${airline}^${from}^${to}^${count}`,
  `${airline}^${to}^${from}^${count}`,
];

type Made = { about: string; shut: string; never: string; rows: unknown[][] };
const build = async (rows: string[], changes: string) =>
  JSON.parse(await buildRoutes(schedule(...rows), changes)) as Made;

test("a schedule and its corrections become rows of airlines, hubs first, with flights a week in base 36", async () => {
  const rows = [
    ...both("BA", "LHR", "JFK", 280 * 4),
    ...both("BA", "LHR", "MAD", 560),
    ...both("BA", "LHR", "EDI", 280),
    ...both("BA", "LHR", "VNO", 80),
    ...both("BA", "SIN", "SYD", 280),
    ...both("BA", "LGW", "GVA", 3),
    ...both("U2", "LHR", "GVA", 280),
    ...both("U2", "LGW", "GVA", 280),
    ...both("LM", "KOI", "EDI", 280),
  ];
  const made = await build(rows, "low U2\nbetween BA SINSYD\n");
  expect(made.about).toContain("OpenTravelData");
  expect(made).toMatchObject({ shut: "", never: "" });
  expect(made.rows).toEqual([
    ["BA", 0, "LHR", "LHR:EDI7JFKaMAD8VNO2 SIN:SYD7", "SINSYD"],
    ["LM", 2, "", "EDI:KOI7", ""],
    ["U2", 1, "", "GVA:LGW7", ""],
  ]);
  expect(await buildRoutes(schedule(...rows), "low U2\n")).toBe(await buildRoutes(schedule(...rows), "low U2\n"));
});

test.each([
  { changes: "", row: ["KL", 2, "AMS", "AMS:CDG7LHR7OSL7", ""] },
  { changes: "cut KL OSLAMS", row: ["KL", 2, "", "AMS:CDG7LHR7", ""] },
  { changes: "shut OSL", row: ["KL", 2, "", "AMS:CDG7LHR7", ""] },
  { changes: "apart NO NL", row: ["KL", 2, "", "AMS:CDG7LHR7", ""] },
  { changes: "moved OSL TRF", row: ["KL", 2, "AMS", "AMS:CDG7LHR7TRF7", ""] },
  { changes: "fly KL AMS: JFK9 OSL", row: ["KL", 0, "AMS", "AMS:CDG7JFK9LHR7OSL7", ""] },
  { changes: "low KL", row: ["KL", 1, "", "AMS:CDG7OSL7", ""] },
  { changes: "low KL\nconnecting KL\nfly KL AMS: BCN3", row: ["KL", 1, "AMS", "AMS:BCN3CDG7OSL7", ""] },
  { changes: "ended KL", row: undefined },
  { changes: "sold KL AF", row: undefined },
])("with '$changes' KLM's row is as expected", async ({ changes, row }) => {
  const rows = ["CDG", "LHR", "OSL"].flatMap((other) => both("KL", "AMS", other, 280));
  expect((await build(rows, changes)).rows.find(([airline]) => airline === "KL")).toEqual(row);
});

test("a flight between two countries foreign to its airline is kept only where it is stated", async () => {
  const rows = [
    ...both("EK", "DXB", "SIN", 280),
    ...both("EK", "DXB", "MXP", 280),
    ...both("EK", "MXP", "JFK", 280),
    ...both("EK", "SIN", "MEL", 280),
  ];
  expect((await build(rows, "between EK MXPJFK")).rows).toEqual([["EK", 0, "", "DXB:MXP7SIN7 MXP:JFK7", "JFKMXP"]]);
});

test("a line that cannot be read is named", () => {
  expect(() => readCorrections("low U2\nflies BA LHR: JFK7")).toThrow("routes.txt, line 2: flies BA LHR: JFK7");
  expect(() => readCorrections("base FR STN")).toThrow("no spread of FR");
});

test.each([
  ["fly EK SIN: PNH7\nshut PNH", "EK cannot fly from SIN to PNH"],
  ["fly EK SIN: QQQ7", "EK cannot fly from SIN to QQQ"],
  ["fly 00 SIN: MEL7", "00 cannot fly from SIN to MEL"],
  ["fly LY TLV: BEY7\napart IL LB", "LY cannot fly from TLV to BEY"],
])("a flight that cannot be is an error: %j", async (changes, fault) => {
  await expect(buildRoutes(schedule(), changes)).rejects.toThrow(`routes.txt: ${fault}`);
});

const data = (path: string) => readFile(new URL(path, import.meta.url), "utf8");
const old = new URL("../../../../shared/data/routes-by-airline.csv", import.meta.url);

test("routes.json is what the command makes of the whole schedule", async (context) => {
  if (!existsSync(old)) return context.skip("../shared/data/routes-by-airline.csv is not there");
  const made = await buildRoutes(await readFile(old, "utf8"), await data("../data/routes.txt"));
  expect(made === (await data("../../core/data/routes.json"))).toBe(true);
});

test("routes.json has each flight that the corrections state, and none that they end", async () => {
  const { rows } = JSON.parse(await data("../../core/data/routes.json")) as {
    rows: [string, number, string, string][];
  };
  const corrections = readCorrections(await data("../data/routes.txt"));
  const flights = new Set(
    rows.flatMap(([airline, , , lists]) =>
      lists.split(" ").flatMap((list) => {
        const hub = list.slice(0, 3);
        return (list.slice(4).match(/.{4}/g) ?? []).map((each) =>
          [airline, ...[hub, each.slice(0, 3)].sort()].join(" "),
        );
      }),
    ),
  );
  const missing = corrections.flown
    .map(({ airline, from, to }) => [airline, ...[from, to].sort()].join(" "))
    .filter((flight) => !flights.has(flight));
  expect(missing).toEqual([]);
  expect(rows.filter(([airline]) => corrections.ended.has(airline))).toEqual([]);
  expect(flights.size).toBeGreaterThan(30_000);
});
