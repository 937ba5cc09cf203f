import { createRequire } from "node:module";
import { states } from "mrz";
import { expect, test } from "vitest";
import { countries, countryOf } from "../../src/traveler/country.ts";
import * as Traveler from "../../src/traveler.ts";
import * as a from "../support/factory.ts";
import { now, traveler } from "../support/travelers.ts";

const require = createRequire(import.meta.url);

/** The specimen of a passport that Germany shows. */
const german = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4";

test("reads a passport", async () => {
  expect(await Traveler.read({ mrz: german }, now)).toEqual({
    type: "passport",
    number: "C01X00T47",
    country: "DE",
    expiresOn: "2027-02-28",
    givenName: "ERIKA",
    familyName: "MUSTERMANN",
    bornOn: "1964-08-12",
    gender: "f",
  });
});

test("reads an identity card of three lines, and a visa, which has no check digit for the whole", async () => {
  const card = "I<FRAD231458907<<<<<<<<<<<<<<<\n7408122F1204159FRA<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
  expect(await Traveler.read({ mrz: card }, now)).toMatchObject({
    type: "identity_card",
    number: "D23145890",
    country: "FR",
    expiresOn: "2012-04-15",
    givenName: "ANNA MARIA",
  });
  const visa = "V<USAERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<<<<<<<<<";
  expect(await Traveler.read({ mrz: visa }, now)).toMatchObject({
    type: "visa",
    number: "L8988901C",
    country: "US",
    expiresOn: "2096-12-10",
    bornOn: "1940-09-07",
  });
});

test("takes lines as they come with a copy: small letters, spaces, empty lines", async () => {
  const copied = `  ${german.toLowerCase().replace("\n", " \r\n\r\n ").replace("<<erika", "< < erika")}\n`;
  expect(await Traveler.read({ mrz: copied }, now)).toMatchObject({ number: "C01X00T47" });
});

test("a day of birth with the digits of this year is of this year where the day has been, else of the last century", async () => {
  const born = async (day: string) => {
    const birth = day + checkDigit(day);
    const whole = checkDigit(`C01X00T478${birth}2702283<<<<<<<<<<<<<<<`);
    const mrz = german.replace("6408125", birth).replace(/4$/, whole);
    return (await Traveler.read({ mrz }, now)).bornOn;
  };
  expect(await born("261125")).toBe("2026-11-25");
  expect(await born("261127")).toBe("1926-11-27");
});

/** By ICAO 9303: the sum of the characters' values times 7, 3, 1 and so on, modulo 10. */
function checkDigit(text: string): string {
  const value = (sign: string) => (sign === "<" ? 0 : Number.parseInt(sign, 36));
  return String([...text].reduce((sum, sign, at) => sum + value(sign) * ([7, 3, 1][at % 3] ?? 0), 0) % 10);
}

test.each<[string, string, string]>([
  ["no lines of a document", "hello", "must be two lines of 44 or 36 characters, or three lines of 30"],
  ["other signs", german.replace("ERIKA", "ERIKÄ"), "must have letters, digits and < only"],
  [
    "a wrong digit of the number",
    german.replace("C01X00T478", "C01X00T488"),
    "has a number that does not fit its check digit; does not fit its last check digit",
  ],
  ["a wrong last digit", german.replace(/4$/, "5"), "does not fit its last check digit"],
  ["a country that is none", german.replace("P<D<<", "P<UTO"), "names no country that issues documents"],
  [
    "a day that does not exist",
    german.replace("2702283", "2702308"),
    "has no last day of validity; does not fit its last check digit",
  ],
])("refuses %s at /mrz", async (_, mrz, detail) => {
  await expect(Traveler.read({ mrz }, now)).rejects.toMatchObject({
    kind: "input",
    code: "request.invalid",
    errors: [{ pointer: "/mrz", detail }],
  });
});

test("a document is added by its zone, for the person born on that day only", async () => {
  const userId = await a.user();
  const { id } = await traveler(userId);
  const added = await Traveler.addDocument(userId, id, { mrz: german }, now);
  expect(added).toMatchObject({ type: "passport", numberEnds: "T47", country: "DE", expiresOn: "2027-02-28" });
  const other = await traveler(userId, { bornOn: "1964-08-13" });
  await expect(Traveler.addDocument(userId, other.id, { mrz: german }, now)).rejects.toMatchObject({
    errors: [{ pointer: "/mrz", detail: "is of a person born on another day than this traveler" }],
  });
  await expect(Traveler.addDocument(userId, id, { mrz: german }, new Date("2027-03-02"))).rejects.toMatchObject({
    errors: [{ pointer: "/mrz", detail: "has run out, on 2027-02-28" }],
  });
  await expect(Traveler.addDocument(await a.user(), id, { mrz: german }, now)).rejects.toMatchObject({
    code: "traveler.missing",
  });
});

test("the countries are those of ISO 3166-1 and Kosovo, with the letters that ICAO and the CLDR give them", () => {
  expect(countries.size).toBe(250);
  const { codeMappings } = require("cldr-core/supplemental/codeMappings.json").supplemental;
  for (const country of countries) {
    const letters = country === "XK" ? "RKS" : codeMappings[country]._alpha3;
    expect(countryOf(letters), country).toBe(country);
    expect(Object.keys(states), country).toContain(letters);
  }
  expect(["D", "GBD", "UTO", "EUE", ""].map(countryOf)).toEqual(["DE", "GB", undefined, undefined, undefined]);
});
