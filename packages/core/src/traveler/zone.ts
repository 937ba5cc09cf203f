import { parse } from "mrz";
import { isoDay } from "../base/day.ts";
import { invalidFields } from "../base/error.ts";
import { countryOf } from "./country.ts";
import type { Zoned } from "./schema.ts";

const lengths = "must be two lines of 44 or 36 characters, or three lines of 30";

/** What is said of a machine readable field that is not right, in the order in which a reader would look. */
const words: Record<string, string> = {
  documentCode: "is not of a passport, an identity card or a visa",
  issuingState: "names no country that issues documents",
  documentNumber: "has no number of a document",
  documentNumberCheckDigit: "has a number that does not fit its check digit",
  birthDate: "has no day of birth",
  birthDateCheckDigit: "has a day of birth that does not fit its check digit",
  expirationDate: "has no last day of validity",
  expirationDateCheckDigit: "has a last day that does not fit its check digit",
  compositeCheckDigit: "does not fit its last check digit",
  personalNumberCheckDigit: "has a personal number that does not fit its check digit",
};

/** A visa has no check digit for the whole and none for a personal number: ICAO 9303, part 7. */
const notOfVisas = ["documentCode", "personalNumberCheckDigit", "compositeCheckDigit"];

/**
 * Reads the machine readable zone of a passport, an identity card or a visa: two or three lines, in any case of letters,
 * spaces as they may come with a copy. A day of birth is the last one with these two digits that is not after `at`; a
 * last day is in this century.
 * @throws Problem `request.invalid` at `/mrz`, with every part that is at fault
 */
export function readZone(mrz: string, at: Date): Zoned {
  const lines = mrz
    .toUpperCase()
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\s/g, "").replaceAll("«", "<<"))
    .filter(Boolean);
  const isVisa = lines.length === 2 && lines[0]?.startsWith("V") === true;
  const parsed = parsedZone(lines);
  const { fields, details } = parsed;
  const missed = details.filter(({ valid, field }) => {
    const ofVisa = isVisa && notOfVisas.includes(field ?? "");
    return !valid && field !== null && field in words && !ofVisa;
  });
  const state = lines[0]?.slice(2, 5).replaceAll("<", "") ?? "";
  const country = countryOf(state);
  const type = isVisa ? "visa" : typeOf(fields.documentCode ?? "");
  // The letters of a country are judged by the list here.
  const found = missed.map(({ field }) => field).filter((field) => field !== "issuingState");
  const faults = new Set<string | null>([
    ...(type ? [] : ["documentCode"]),
    ...(country ? [] : ["issuingState"]),
    ...found,
    ...(parsed.documentNumber ? [] : ["documentNumber"]),
  ]);
  const expiresOn = dayOf(fields.expirationDate, (year) => 2000 + year);
  if (!expiresOn) faults.add("expirationDate");
  if (faults.size > 0) throw invalid(Object.keys(words).flatMap((field) => (faults.has(field) ? words[field]! : [])));
  const bornOn = dayOf(fields.birthDate, (year) => (2000 + year > at.getUTCFullYear() ? 1900 + year : 2000 + year));
  const isLater = bornOn !== null && bornOn > isoDay(at);
  return {
    type: type!,
    number: parsed.documentNumber!,
    country: country!,
    expiresOn: expiresOn!,
    givenName: fields.firstName ?? "",
    familyName: fields.lastName ?? "",
    bornOn: isLater ? `19${bornOn.slice(2)}` : bornOn,
    gender: fields.sex === "female" ? "f" : fields.sex === "male" ? "m" : fields.sex === "nonspecified" ? "x" : null,
  };
}

function parsedZone(lines: string[]) {
  if (!lines.every((line) => /^[A-Z0-9<]+$/.test(line))) throw invalid(["must have letters, digits and < only"]);
  try {
    const parsed = parse(lines);
    if (!parsed.format.startsWith("SWISS") && parsed.format !== "FRENCH_DRIVING_LICENSE") return parsed;
  } catch {
    // The library throws for other lengths, in words that name its formats.
  }
  throw invalid([lengths]);
}

function typeOf(code: string): "passport" | "identity_card" | undefined {
  if (code.startsWith("P")) return "passport";
  return /^[IAC]/.test(code) ? "identity_card" : undefined;
}

/** `270228` → `2027-02-28`, or null where there is no such day. */
function dayOf(text: string | null | undefined, yearOf: (year: number) => number): string | null {
  if (!text || !/^\d{6}$/.test(text)) return null;
  const day = `${yearOf(Number(text.slice(0, 2)))}-${text.slice(2, 4)}-${text.slice(4)}`;
  const moment = Date.parse(day);
  return !Number.isNaN(moment) && isoDay(moment) === day ? day : null;
}

const invalid = (details: string[]) => invalidFields([{ pointer: "/mrz", detail: details.join("; ") }]);
