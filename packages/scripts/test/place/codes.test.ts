import * as Airline from "@travel-conductor/core/airline";
import * as Airport from "@travel-conductor/core/airport";
import * as v from "valibot";
import { expect, test } from "vitest";
import { corrected } from "../../src/place/corrections.ts";
import { reserved } from "./others.ts";
import { shared } from "./shared.ts";

const airports = Airport.all();
const codesOf = async (code: string) => (await Airport.expand(code)).map((airport) => airport.code);

test("airports that opened are sold", () => {
  const opened =
    "BER IST TFU PKX ETM XWA UBN DSS NSI NQZ RMO SAI COV HSR NMI GOX TQO NLU SZB PHH KTI BSZ SZK PVC NBX PXN DHX".split(
      " ",
    );
  expect(opened.filter((code) => !airports.has(code))).toEqual([]);
});

test("airports that closed or never had flights are not", () => {
  const closed = "TXL SXF THF ISL NAY VDA ETH ISN ULN DKR KIV TSE REP ADA RAJ PNH PKR LKS WSI AOC".split(" ");
  expect(closed.filter((code) => airports.has(code))).toEqual([]);
});

test.each([
  ["KTI", "Phnom Penh", "Asia/Phnom_Penh"],
  ["NQZ", "Astana", "Asia/Almaty"],
  ["CUU", "Chihuahua", "America/Chihuahua"],
  ["PUQ", "Punta Arenas", "America/Punta_Arenas"],
  ["PNT", "Puerto Natales", "America/Punta_Arenas"],
  ["BBA", "Balmaceda", "America/Coyhaique"],
  ["GDL", "Guadalajara", "America/Mexico_City"],
  ["ASU", "Asunción", "America/Asuncion"],
  ["MTY", "Monterrey", "America/Monterrey"],
  ["PVD", "Providence", "America/New_York"],
  ["CXR", "Nha Trang", "Asia/Ho_Chi_Minh"],
  ["TQO", "Tulum", "America/Cancun"],
  ["BLR", "Bengaluru", "Asia/Kolkata"],
  ["OUI", "Ouessant", "Europe/Paris"],
  ["HBI", "Harbour Island", "America/Nassau"],
  ["HSA", "Turkistan", "Asia/Almaty"],
  ["JRG", "Jharsuguda", "Asia/Kolkata"],
  ["SIP", "Simferopol", "Europe/Simferopol"],
])("%s is at %s, in %s", (code, city, timeZone) => {
  expect(airports.get(code)).toMatchObject({ city, timeZone });
});

/** Airports of one source's city that lie more than 100 km from it. */
const afar = ["XCR"];

test("every city code of another source means that city's airports", async () => {
  const wrong: string[] = [];
  for (const [code, { cityCode, country }] of reserved) {
    if (code === cityCode || !/^[A-Z]{3}$/.test(cityCode) || airports.get(code)?.country !== country) continue;
    const found = await codesOf(cityCode);
    if (!found.includes(code) && !airports.has(cityCode) && !afar.includes(code)) wrong.push(`${cityCode} ${code}`);
  }
  expect(wrong).toEqual([]);
});

test("city codes in use mean the city's airports", async () => {
  const known = "SIA XIY,MKC MCI,DKR DSS,MES KNO,TIP MJI,YAO NSI,SAC SMF,HFD BDL,FMY RSW,NHA CXR,EAP BSL,FRU BSZ".split(
    ",",
  );
  const wrong: string[] = [];
  for (const [city = "", airport = ""] of [
    ...known.map((pair) => pair.split(" ")),
    ...(shared("city-codes.tsv") ?? []),
  ]) {
    if (!airports.has(airport) || airports.has(city)) continue;
    if (!(await codesOf(city)).includes(airport)) wrong.push(`${city} ${airport}`);
  }
  expect(wrong).toEqual([]);
});

test("airline codes in use are taken, and known by their names", async () => {
  const used = "4Y YP H4 IU BS XC NO 8M HB B3 EH TF C6 RX ZG 3F JX MX QH VF".split(" ");
  expect(await Airline.unknown(used)).toEqual([]);
  const active = shared("airlines-active.tsv") ?? [];
  expect(active.filter(([code]) => !v.is(Airline.Code, code))).toEqual([]);
  const known = await Airline.all();
  const flown = active.filter(([, , , flights]) => Number(flights) > 1000);
  const unknown = flown.filter(([code = ""]) => !known.has(code) && !corrected("ended").has(code));
  expect(unknown.length).toBeLessThanOrEqual(flown.length * 0.05);
});

test("airlines that are gone have no name here", async () => {
  const names = [...(await Airline.all()).values()].map(({ name }) => name);
  const gone =
    /viva macau|interliging|jusur|mexicana de aviaci$|air florida|valuair|virtual airlines|all america|germanwings|flybe|monarch airlines|thomas cook airlines$/i;
  expect(names.filter((name) => gone.test(name))).toEqual([]);
});
