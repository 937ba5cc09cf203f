import { isAddress } from "@travel-conductor/core/base/mailbox";
import { type Cell, dayOf, jsonOf, textOf, wordOf } from "./cell.ts";

/** What could not be kept as it was: reason codes, and the values by column. */
export class Losses {
  readonly why: string[] = [];
  readonly values: Record<string, string | null> = {};

  add(code: string, column: string, value: Cell | undefined): void {
    if (!this.why.includes(code)) this.why.push(code);
    this.values[column] = shown(value);
  }
}

/** A cell as the report shows it: what is no text by its bytes in base 16, as far as they are known. */
export function shown(cell: Cell | undefined): string | null {
  if (cell === null || cell === undefined) return null;
  if (cell instanceof Uint8Array) return textOf(cell) ?? `x'${Buffer.from(cell).toString("hex")}`;
  return String(cell);
}

const hidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** A name that is right as it is, as most are. */
const plain = /^[A-Za-z](?:[ -~]{0,98}[!-~])?$/;

/** A name in NFC without what cannot be shown; '' where nothing is left. */
export function nameOf(text: string | undefined): { name: string; isCut: boolean } {
  if (text !== undefined && plain.test(text)) return { name: text, isCut: false };
  const clean = (text ?? "").normalize("NFC").replace(hidden, "").trim();
  const letters = /\p{L}/u.test(clean) ? [...clean] : [];
  return { name: letters.slice(0, 100).join("").trim(), isCut: letters.length > 100 };
}

/** A number in E.164 form, or the text as it was given. */
export function phoneOf(text: string | undefined): { phone: string | null; phoneAsGiven: string | null } {
  const given = text?.replace(hidden, "").trim();
  if (!given) return { phone: null, phoneAsGiven: null };
  const bare = given.replace(/^011[\s.\-/]+/, "+").replace(/[\s().\-/]/g, "");
  const [, digits] = /^(?:\+|00)([1-9]\d{6,14})$/.exec(bare) ?? [];
  return digits
    ? { phone: `+${digits}`, phoneAsGiven: null }
    : { phone: null, phoneAsGiven: [...given].slice(0, 200).join("") };
}

const genders: Record<string, "m" | "f" | "x"> = { m: "m", male: "m", f: "f", female: "f", other: "x", x: "x" };
export const genderOf = (text: string | undefined) => genders[text?.trim().toLowerCase() ?? ""] ?? null;

export type Address = { lines: string[]; city: string | null; postal: string | null; country: string | null };

/** Undefined where it is no object. */
export function addressOf(value: unknown): Address | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { lines, city, postal, country } = value as Record<string, unknown>;
  const list = Array.isArray(lines) ? lines : [lines];
  return {
    lines: list.flatMap((line) => word(line) ?? []),
    city: word(city) ?? null,
    postal: word(postal) ?? null,
    country: word(country) ?? null,
  };
}

const word = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number"
    ? String(value).replace(hidden, "").trim() || undefined
    : undefined;

/** A person as it is sealed with a traveler or a booking. */
export type Person = {
  givenName: string;
  familyName: string;
  bornOn: string | null;
  gender: "m" | "f" | "x" | null;
  email: string | null;
  phone: string | null;
  phoneAsGiven: string | null;
  address: Address | null;
};

/** A passenger of a booking, from an entry of its list; `lose` is told why a field of it cannot be kept. */
export function passengerOf(entry: Record<string, unknown>, lose: (code: string) => void): Person {
  const read = <T>(field: string, code: string, value: T | null | undefined): T | null => {
    if ((value ?? null) === null && isGiven(entry[field])) lose(code);
    return value ?? null;
  };
  const name = (field: string) => {
    const { name, isCut } = nameOf(word(entry[field]));
    if (isCut) lose("name.cut");
    return read(field, "name.missing", name || null) ?? "";
  };
  const mail = word(entry.email);
  const phones = phoneOf(word(entry.phone));
  read("phone", "phone.unclear", phones.phone ?? phones.phoneAsGiven);
  return {
    givenName: name("firstName"),
    familyName: name("lastName"),
    bornOn: read("dateOfBirth", "born.unclear", dayOf(word(entry.dateOfBirth))),
    gender: read("gender", "gender.unclear", genderOf(word(entry.gender))),
    email: read("email", "email.invalid", mail && isAddress(mail) ? mail : null),
    phone: phones.phone,
    phoneAsGiven: phones.phoneAsGiven,
    address: read("address", "address.unclear", addressOf(entry.address)),
  };
}

/** Whether a field of JSON says something. */
const isGiven = (value: unknown) => (typeof value === "string" ? value.trim() !== "" : (value ?? null) !== null);

/** The person of a stored profile. */
export function profileOf(row: Record<string, Cell>, lost: Losses): Person {
  const name = (column: string) => {
    const { name, isCut } = nameOf(textOf(row[column]));
    if (isCut) lost.add("name.cut", column, row[column]);
    if (name === "") lost.add("name.missing", column, row[column]);
    return name;
  };
  const bornOn = dayOf(wordOf(row.date_of_birth)) ?? null;
  if (bornOn === null) lost.add("born.unclear", "date_of_birth", row.date_of_birth);
  const gender = genderOf(wordOf(row.gender));
  if (gender === null) lost.add("gender.unclear", "gender", row.gender);
  const mail = wordOf(row.email);
  const email = mail && isAddress(mail) ? mail : null;
  if (email === null && mail !== undefined) lost.add("email.invalid", "email", row.email);
  const phones = phoneOf(wordOf(row.phone));
  if (phones.phoneAsGiven !== null) lost.add("phone.unclear", "phone", row.phone);
  const living = jsonOf(row.address);
  const address = addressOf(living) ?? null;
  if (address === null && living !== null && wordOf(row.address) !== undefined)
    lost.add("address.unclear", "address", row.address);
  const [givenName, familyName] = [name("first_name"), name("last_name")];
  const { phone, phoneAsGiven } = phones;
  return { givenName, familyName, bornOn, gender, email, phone, phoneAsGiven, address };
}
