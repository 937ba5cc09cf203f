import fc from "fast-check";
import { expect, test } from "vitest";
import { airportOf, cities } from "../../src/airport/data.ts";
import * as Airport from "../../src/airport.ts";
import { currentName, offset } from "../../src/base/zone.ts";

const found = async (q: string, limit: number) =>
  (await Airport.search({ q, limit })).items.map(({ kind, code }) => (kind === "city" ? `[${code}]` : code)).join(" ");
const first = async (q: string) =>
  (await found(q, 9))
    .replace(/ ?\[\w+\] ?/g, " ")
    .trim()
    .split(" ")
    .slice(0, 3)
    .join(" ");

test("an airport read alone is the one that stands among all", () => {
  const codes = ["AAA", "LHR", "ZYL", "QQQ", "", "lhr", "LHRR", '","', "\n[", "constructor"];
  const alone = codes.map(airportOf);
  expect(alone).toEqual(codes.map((code) => Airport.all().get(code)));
  expect(alone.filter(Boolean)).toHaveLength(3);
});

test.each([
  ["lon", "LHR LGW STN"],
  ["London", "LHR LGW STN"],
  ["londres", "LHR LGW STN"],
  ["STN", "STN"],
  ["heathow", "LHR"],
  ["münchen", "MUC"],
  ["munchen", "MUC"],
  ["muenchen", "MUC"],
  ["nyc", "JFK EWR LGA"],
  ["new york", "JFK EWR LGA"],
  ["New Y", "JFK EWR LGA"],
  ["parís", "CDG ORY BVA"],
  ["par", "CDG ORY BVA"],
  ["tyo", "HND NRT"],
  ["東京", "HND NRT"],
  ["são paulo", "GRU CGH VCP"],
  ["sao p", "GRU CGH VCP"],
  ["москва", "SVO DME VKO"],
  ["milano bergamo", "BGY"],
  ["mil", "MXP LIN BGY"],
  ["san f", "SFO OAK SJC"],
  ["sha", "SHA PVG SHJ"],
  ["bkk", "BKK DMK"],
  ["frankfrut", "FRA HHN"],
  ["birmingham", "BHX BHM"],
  ["københavn", "CPH RKE"],
  ["Koeln", "CGN"],
  ["wien", "VIE OBU OTZ"],
  ["saint petersburg", "LED TPA PIE"],
  ["washington dc", "IAD DCA BWI"],
  ["o'hare", "ORD"],
  ["bali", "DPS BPN BZI"],
  ["la", "LAX BUR SNA"],
  ["jfk airport", "JFK"],
  ["airport of london", "LHR LGW STN"],
  ["aeropuerto de madrid", "MAD CLQ"],
  ["Aeropuerto de La Habana", "HAV"],
  ["aéroport de Paris", "CDG ORY BVA"],
  ["London Heathrow (LHR)", "LHR"],
  ["LHR - London", "LHR LGW STN"],
  ["heathrow lhr", "LHR"],
  ["Rome, Italy (FCO)", "FCO"],
  ["my home LHR", "LHR"],
  ["New York, NY", "JFK EWR LGA"],
  ["ny", "JFK EWR LGA"],
  ["NEW YORK (JFK)", "JFK EWR LGA"],
  ["Paris, France", "CDG ORY BVA"],
  ["Portland, OR", "PDX"],
  ["portland maine", "PWM"],
  ["san jose costa rica", "SJO SYQ"],
  ["birmingham al", "BHM"],
  ["sal cape verde", "SID"],
  ["London City Airport", "LCY LDY"],
  ["kuwait city", "KWI"],
  ["ft lauderdale", "FLL"],
  ["istanbul (saw)", "SAW IST"],
  ["new york from", "JFK EWR LGA"],
  ["newyork", "JFK EWR LGA"],
  ["conpenhagen", "CPH RKE"],
  ["phnom penh", "KTI"],
  ["pnh", "KTI"],
  ["astana", "NQZ"],
  ["nursultan", "NQZ"],
  ["guadalajara", "GDL"],
  ["asuncion", "ASU"],
  ["luque", "ASU"],
  ["monterrey", "MTY"],
  ["providence", "PVD"],
  ["la coruna", "LCG"],
  ["okinawa", "OKA"],
  ["nha trang", "CXR"],
  ["ko samui", "USM"],
  ["tulum", "TQO"],
  ["bengaluru", "BLR"],
  ["iceland", "KEF AEY EGS"],
  ["costa brava", "GRO"],
])("%s → %s", async (q, codes) => {
  expect(await first(q)).toBe(codes);
});

test.each([
  ["London", "[LON] LHR LGW STN LTN LCY SEN"],
  ["lon", "[LON] LHR LGW STN LTN LCY SEN"],
  ["londno", "[LON] LGW LHR STN"],
  ["new york", "[NYC] JFK EWR"],
  ["tokyo, japan", "[TYO] HND NRT"],
  ["stn", "STN"],
  ["heathrow", "LHR"],
  // The text has the airport's code: the airport is meant.
  ["LHR - London", "LHR [LON] LGW"],
  ["NEW YORK (JFK)", "JFK [NYC] EWR"],
  // The code of the city is that of its first airport, and means that airport in a search.
  ["frankfurt", "FRA HHN"],
  ["dakar", "DSS"],
])("%s begins with %s, a city before its airports", async (q, begin) => {
  expect(await found(q, begin.split(" ").length)).toBe(begin);
});

test("a city is returned as its airports, at the first of them", async () => {
  const city = {
    code: "LON",
    kind: "city",
    name: "London, all airports",
    city: "London",
    country: "GB",
    timeZone: "Europe/London",
    location: { latitude: expect.closeTo(51.47, 1), longitude: expect.closeTo(-0.45, 1) },
    airports: ["LHR", "LGW", "STN", "LTN", "LCY", "SEN"],
  };
  expect((await Airport.search({ q: "lon", limit: 1 })).items).toEqual([city]);
  const { items } = await Airport.search({ codes: ["STN", "LON", "ZZZ", "DKR"] });
  expect(items).toEqual([
    expect.objectContaining({ code: "STN", kind: "airport", airports: ["STN"] }),
    city,
    expect.objectContaining({ code: "DKR", kind: "city", city: "Dakar", country: "SN", airports: ["DSS"] }),
  ]);
});

test("every city that is found may be searched as its airports", async () => {
  for (const { code } of await cities()) {
    const { items } = await Airport.search({ codes: code === null ? [] : [code] });
    for (const { code, airports } of items)
      expect((await Airport.expand(code)).map((airport) => airport.code)).toEqual(airports);
  }
});

test("an airport is returned in the API's shape", async () => {
  expect((await Airport.search({ q: "BGY" })).items).toEqual([
    {
      code: "BGY",
      kind: "airport",
      name: "Milan Bergamo Airport",
      city: "Bergamo",
      country: "IT",
      timeZone: "Europe/Rome",
      location: { latitude: 45.6739, longitude: 9.7042 },
      airports: ["BGY"],
    },
  ]);
});

test("any typed text is answered; an empty or very long one is refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 99 }), async (q) => {
      const found = await Airport.search({ q, limit: 100 }).catch((error: Error) => error.name);
      return found === "ValiError" ? q.trim() === "" || q.trim().length > 99 : true;
    }),
  );
  for (const q of ["", "   ", "a".repeat(100), 5, null, undefined, ["lon"]]) {
    await expect(Airport.search({ q })).rejects.toThrow(expect.objectContaining({ name: "ValiError" }));
  }
  await expect(Airport.search({ q: "lon", limit: 0 })).rejects.toThrow();
  await expect(Airport.search({ q: "lon", limit: 101 })).rejects.toThrow();
});

test("a city's code stands for its airports, an airport's code for itself, any other code for none", async () => {
  const codes = async (code: string) => (await Airport.expand(code)).map((airport) => airport.code).join(" ");
  expect(await codes("LON")).toBe("LHR LGW STN LTN LCY SEN");
  expect(await codes("SHA")).toBe("SHA");
  expect(await codes("STN")).toBe("STN");
  expect(await codes("SIA")).toBe("XIY");
  expect(await codes("SAC")).toBe("SMF SCK");
  expect(await codes("PNH")).toBe("");
  expect(await codes("ZZZ")).toBe("");
  expect(await Airport.find("STN")).toMatchObject({ name: "London Stansted Airport", timeZone: "Europe/London" });
  expect(await Airport.find("LON")).toBeUndefined();
});

test("every airport of the data set is sound", async () => {
  const airports = [...Airport.all().values()];
  expect(airports.length).toBeGreaterThan(4000);
  expect(airports.map(({ code }) => code)).toEqual([...new Set(airports.map(({ code }) => code))].sort());
  for (const { code, name, city, country, timeZone, location } of airports) {
    expect(code).toMatch(/^[A-Z]{3}$/);
    expect(country).toMatch(/^[A-Z]{2}$/);
    expect(name.trim() && city.trim()).not.toBe("");
    expect(currentName(timeZone)).toBe(timeZone);
    expect(Math.abs(location.latitude)).toBeLessThan(90);
    expect(Math.abs(location.longitude)).toBeLessThanOrEqual(180);
  }
});

test("every airport's time zone fits its longitude", async () => {
  const january = Date.UTC(2027, 0, 15, 12);
  for (const { code, timeZone, location } of Airport.all().values()) {
    const ahead = offset(timeZone, january) / 60;
    const sun = Math.abs(ahead - location.longitude / 15);
    // China uses Beijing's time as far as Kashgar, and some islands the date of their trading partners.
    expect([code, Math.min(sun, 24 - sun) < 4]).toEqual([code, true]);
  }
});
