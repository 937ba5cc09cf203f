import { isAddress } from "@travel-conductor/core/base/mailbox";
import { dayOf, nameOf, phoneOf, said, shownOf } from "./cell.ts";

/** A value of a JSON object, read as a cell: text, or a number as SQLite would write it. */
type Value = { text: string | null };

export const givenOf = (value: unknown): Value =>
  shownOf({ text: typeof value === "string" ? value : typeof value === "number" ? String(value) : null });

/** The text of each field of a person, as a profile's columns and a passenger's JSON both have them. */
type Fields = Record<"firstName" | "lastName" | "bornOn" | "gender" | "email" | "phone", Value>;

/** What is sealed of a person who travels. */
export function personOf(fields: Fields, address: unknown) {
  return {
    givenName: nameOf(fields.firstName),
    familyName: nameOf(fields.lastName),
    bornOn: dayOf(fields.bornOn),
    gender: genderOf(fields.gender),
    email: addressOf(fields.email),
    ...phoneOf(fields.phone),
    address: placeOfLiving(address),
  };
}

const genders: Record<string, string> = { m: "m", male: "m", f: "f", female: "f", x: "x", other: "x" };
const genderOf = (value: Value) => genders[said(value)?.toLowerCase() ?? ""] ?? null;

/** An e-mail address as typed, without surrounding spaces; null where it is none. */
export function addressOf(value: Value): string | null {
  const email = said(value);
  return email !== null && isAddress(email) ? email : null;
}

function placeOfLiving(value: unknown) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { lines, city, postal, country } = value as Record<string, unknown>;
  const text = (one: unknown) => said(givenOf(one));
  return {
    lines: [lines].flat().flatMap((line) => text(line) ?? []),
    ...{ city: text(city), postal: text(postal), country: text(country) },
  };
}

/** A test of an opened value: it must hold all of `wanted`. It names the fields that differ, and shows none of them. */
export function sealedLike(wanted: Record<string, unknown>): (opened: unknown) => true | string {
  return (opened) => {
    if (typeof opened !== "object" || opened === null) return "does not open";
    const held = opened as Record<string, unknown>;
    const unlike = Object.keys(wanted).filter((name) => canonical(wanted[name]) !== canonical(held[name]));
    return unlike.length === 0 || unlike.join(", ");
  };
}

/** A value as text, its keys in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, one) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
