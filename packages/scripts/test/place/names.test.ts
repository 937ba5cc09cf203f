import { readFileSync } from "node:fs";
import * as Airport from "@travel-conductor/core/airport";
import { expect, test } from "vitest";
import { schedules } from "./others.ts";
import { shared } from "./shared.ts";

const airports = [...Airport.all().values()];

/** The pairs of a name and a code for which the airport is not among the first three that are found by the name. */
async function missing(pairs: (readonly [q: string, code: string])[]): Promise<string[]> {
  const found = await Promise.all(
    pairs.map(async ([q, code]) => {
      const { items } = await Airport.search({ q, limit: 3 });
      return items.some((airport) => airport.code === code) ? [] : [`${q}: ${code}`];
    }),
  );
  return found.flat();
}

test("nearly all city names of another source find their airport, for the thousand busiest", async () => {
  const busiest = airports.toSorted((a, b) => b.size - a.size || (a.code < b.code ? -1 : 1)).slice(0, 1000);
  const pairs = busiest.flatMap(({ code }) => {
    const city = schedules.get(code)?.city;
    return city ? [[city, code] as const] : [];
  });
  expect(pairs.length).toBeGreaterThan(950);
  const lost = await missing(pairs);
  expect(lost.length / pairs.length, lost.join(", ")).toBeLessThan(0.02);
});

test("nearly all names that travelers type find their airport", async (context) => {
  const rows = shared("city-names.tsv");
  if (!rows) return context.skip("../shared/data/city-names.tsv is not there");
  const lost = await missing(rows.map(([q = "", code = ""]) => [q, code] as const));
  expect(lost.length / rows.length, lost.join(", ")).toBeLessThanOrEqual(0.02);
});

test("every airport is found by its code, and by its city with its country", async () => {
  const byCode = await missing(airports.map(({ code }) => [code, code] as const));
  expect(byCode).toEqual([]);
  const lands = new Intl.DisplayNames("en", { type: "region" });
  const large = airports.filter(({ size }) => size > 5);
  const byCity = await missing(
    large.map(({ code, city, country }) => [`${city}, ${lands.of(country)} (${code})`, code]),
  );
  expect(byCity).toEqual([]);
});

/** The lands of each writing (ISO 15924) in which people there type names, instead of Latin letters. */
const writings: Record<string, string> = {
  Arab: "AE BH DZ EG IQ IR JO KW LB LY MA OM PK QA SA SD SY TN YE",
  Beng: "BD",
  Cyrl: "BG BY KG MK MN RS RU TJ UA",
  Deva: "NP",
  Ethi: "ET",
  Geor: "GE",
  Armn: "AM",
  Grek: "CY GR",
  Hang: "KR",
  Hani: "CN HK JP MO TW",
  Hebr: "IL",
  Khmr: "KH",
  Laoo: "LA",
  Mymr: "MM",
  Sinh: "LK",
  Thai: "TH",
};

test("the largest airports of lands that write in other letters are found by a name in these", async () => {
  const file = readFileSync(new URL("../../../core/data/cities.json", import.meta.url), "utf8");
  const rows: [code: string | null, names: string[], airports: string[]][] = JSON.parse(file).rows;
  const lost: string[] = [];
  let tried = 0;
  for (const { code, country, city, size, others } of airports.filter(({ size }) => size > 6)) {
    const [writing] = Object.entries(writings).find(([, lands]) => lands.split(" ").includes(country)) ?? [];
    if (!writing) continue;
    tried++;
    const own = new RegExp(`^[\\p{Script=${writing}}\\p{M}\\s-]+$`, "u");
    const named = rows.flatMap(([, names, airports]) => (airports.includes(code) ? names : []));
    const found = [...named, ...others.split(" ")]
      .filter((name) => own.test(name))
      .map(async (q) => (await Airport.search({ q, limit: 3 })).items.flatMap(({ airports }) => airports));
    if (!(await Promise.all(found)).some((codes) => codes.includes(code))) lost.push(`${city} (${code}, ${size})`);
  }
  expect(tried).toBeGreaterThan(90);
  expect(lost).toEqual([]);
});

test.each([
  ["القاهرة", "CAI"],
  ["دبي", "DXB"],
  ["تهران", "IKA"],
  ["Θεσσαλονίκη", "SKG"],
  ["กรุงเทพ", "BKK"],
  ["मुंबई", "BOM"],
  ["ಬೆಂಗಳೂರು", "BLR"],
  ["沖縄", "OKA"],
  ["제주", "CJU"],
  ["廣州", "CAN"],
  ["Новосибирск", "OVB"],
  ["Lüttich", "LGG"],
  ["kapstadt", "CPT"],
  ["cape town", "CPT"],
  ["road town", "EIS"],
])("%s is %s", async (q, code) => expect(await missing([[q, code]])).toEqual([]));

test("a city whose name ends in a word such as town or harbour keeps it", () => {
  const cities = ["CPT", "EIS", "MHH", "CFS", "YZS"].map((code) => Airport.find(code)?.city);
  expect(cities).toEqual(["Cape Town", "Road Town", "Marsh Harbour", "Coffs Harbour", "Coral Harbour"]);
});
