import * as v from "valibot";
import { expect, test } from "vitest";
import * as Airline from "../src/airline.ts";

test("airlines are found by their code", async () => {
  expect(await Airline.find("FR")).toEqual({ code: "FR", name: "Ryanair", country: "IE" });
  expect(await Airline.find("AZ")).toEqual({ code: "AZ", name: "ITA Airways", country: "IT" });
  expect(await Airline.find("ZZ9")).toBeUndefined();
});

test.each([
  ["ZG", "ZIPAIR"],
  ["3F", "FlyOne Armenia"],
  ["JX", "Starlux Airlines"],
  ["MX", "Breeze Airways"],
  ["QH", "Bamboo Airways"],
  ["VF", "AJet"],
  ["6E", "IndiGo"],
  ["AF", "Air France"],
])("%s is %s", async (code, name) => {
  expect((await Airline.find(code))?.name).toBe(name);
});

test("unknown codes are listed once, sorted; a code needs a letter", async () => {
  expect(await Airline.unknown(["X0", "BA", "Q0", "X0"])).toEqual(["Q0", "X0"]);
  expect(["ba", "9W", "W9"].every((code) => v.is(Airline.Code, code))).toBe(true);
  expect(["", "B", "00", "BAW", "Bä"].some((code) => v.is(Airline.Code, code))).toBe(false);
});

test("every airline of the data set is sound", async () => {
  const airlines = [...(await Airline.all()).values()];
  expect(airlines.length).toBeGreaterThan(900);
  for (const { code, name, country } of airlines) {
    expect(code).toMatch(/^[A-Z0-9]{2}$/);
    expect(name.trim()).not.toBe("");
    expect(country === null || /^[A-Z]{2}$/.test(country)).toBe(true);
  }
});
