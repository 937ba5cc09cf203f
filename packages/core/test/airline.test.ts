import { expect, test } from "vitest";
import * as Airline from "../src/airline.ts";

test("airlines are found by their code", async () => {
  expect(await Airline.find("FR")).toEqual({ code: "FR", name: "Ryanair", country: "IE" });
  expect(await Airline.find("AZ")).toEqual({ code: "AZ", name: "ITA Airways", country: "IT" });
  expect(await Airline.find("ZZ9")).toBeUndefined();
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
