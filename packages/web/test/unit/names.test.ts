import * as Airport from "@travel-conductor/core/airport";
import { expect, test } from "vitest";
import { airlineName, cityNames, flightName, namesIn, placeName } from "../../src/data/names.ts";

const places = await Airport.places(["LHR", "LON", "JFK", "BCN", "MUC", "BGY", "CDG"]);
const names = { places, carriers: { BA: "British Airways" } };

test.each([
  ["LHR", "London Heathrow (LHR)"],
  ["LON", "London (LON)"],
  ["JFK", "New York John F Kennedy (JFK)"],
  ["BCN", "Barcelona (BCN)"],
  ["MUC", "Munich (MUC)"],
  ["BGY", "Bergamo (BGY)"],
  ["CDG", "Paris Charles de Gaulle (CDG)"],
  ["QQQ", "QQQ"],
])("%s is called %s", (code, name) => {
  expect(placeName(code, names)).toBe(name);
});

test("no name of a place fills more than a line, and each has its code", async () => {
  for (const { code, name, city } of Airport.all().values()) {
    const text = placeName(code, { places: { [code]: { kind: "airport", name, city } } });
    expect(text.endsWith(` (${code})`)).toBe(true);
    expect(text.length).toBeLessThanOrEqual(Math.max(34, city.length) + 6);
  }
});

test("several places are named by their cities, from a list or from an address", () => {
  expect(cityNames(["LHR", "QQQ"], names)).toBe("London (LHR), QQQ");
  expect(cityNames("LHR,BCN", names)).toBe("London (LHR), Barcelona (BCN)");
  expect(cityNames("LHR", {})).toBe("LHR");
});

test("a flight has its airline's name, or its code alone", () => {
  expect(flightName({ carrier: "BA", flightNumber: "117" }, names)).toBe("British Airways BA 117");
  expect(flightName({ carrier: "ZZ", flightNumber: "1" }, names)).toBe("ZZ 1");
  expect([airlineName("BA", names), airlineName("ZZ", {})]).toEqual(["British Airways", "ZZ"]);
});

test("pages give their names together, also one that has none", () => {
  expect(namesIn([{ carriers: { BA: "British Airways" } }, {}, { places: { LON: places.LON! } }])).toEqual({
    places: { LON: places.LON },
    carriers: { BA: "British Airways" },
  });
  expect(placeName("LHR", namesIn(undefined))).toBe("LHR");
});
