import { hash } from "node:crypto";
import { emailKey, isAddress } from "@travel-conductor/core/base/mailbox";
import * as User from "@travel-conductor/core/user";
import { type Cell, isBlank, jsonOf, madeAt, momentOf, textOf, wordOf } from "./cell.ts";
import type { Row } from "./file.ts";
import type { Given } from "./move.ts";
import { type Losses, nameOf, phoneOf } from "./person.ts";

/** What is written of an account, in the order of the statements' columns. */
export type Account = {
  id: string;
  legacyId: string;
  email: string;
  key: string;
  firstName: string;
  lastName: string;
  phone: string | null;
  phoneAsGiven: string | null;
  airlines: string[];
  airports: string[];
  seat: string;
  meal: string;
  passwordHash: string;
  isShared: boolean;
  createdAt: string;
  updatedAt: string;
};

/** Reads an old user as the account with this id here; `isShared` where several users had its address. */
export function accountOf(
  id: string,
  { id: legacyId, row }: Given,
  isShared: boolean,
  lost: Losses,
  at: Date,
): Account {
  const { email, key, code } = addressOf(legacyId, row.email);
  if (code) lost.add(code, "email", row.email);
  const name = (column: "first_name" | "last_name") => {
    const { name, isCut } = nameOf(textOf(row[column]));
    if (isCut) lost.add("name.cut", column, row[column]);
    if (name === "" && !isBlank(row[column])) lost.add("name.missing", column, row[column]);
    return name;
  };
  const [first, last] = [name("first_name"), name("last_name")];
  if (first === "" && last === "") lost.add("name.missing", "first_name", row.first_name);
  const phones = phoneOf(wordOf(row.phone));
  if (phones.phoneAsGiven !== null) lost.add("phone.unclear", "phone", row.phone);
  const password = textOf(row.password_hash) ?? "";
  const isUsable = bcrypt.test(password);
  if (isShared) lost.why.push("password.shared");
  else if (!isUsable) lost.why.push("password.unreadable");
  const { made, clear } = madeAt(legacyId, at, row.created_at);
  if (!clear) lost.add("created.unclear", "created_at", row.created_at);
  return {
    id,
    legacyId,
    email,
    key,
    firstName: first || last || "Traveler",
    lastName: first === "" ? "" : last,
    phone: phones.phone,
    phoneAsGiven: phones.phoneAsGiven,
    airlines: codesOf(row, "preferred_airlines", /^[A-Z0-9]{2}$/, "airlines.unclear", lost),
    airports: codesOf(row, "preferred_airports", /^[A-Z]{3}$/, "airports.unclear", lost),
    seat: choiceOf(row, "seat_preference", seats, "aisle", "seat.unclear", lost),
    meal: choiceOf(row, "meal_preference", meals, "standard", "meal.unclear", lost),
    passwordHash: isUsable && !isShared ? password : User.unknownHash,
    isShared,
    createdAt: made.toISOString(),
    updatedAt: (momentOf(row.updated_at) ?? made).toISOString(),
  };
}

/** Bcrypt of cost 4 to 14. */
const bcrypt = /^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/;
const [seats, meals] = [User.seats, User.meals] as [readonly string[], readonly string[]];

/** The address of a user, or one in place of it, with its key. */
export function addressOf(id: string, cell: Cell | undefined): { email: string; key: string; code?: string } {
  const typed = textOf(cell) ?? "";
  const trimmed = typed.trim();
  const isValid = isAddress(trimmed);
  const email = isValid ? trimmed : typed;
  const key = emailKey(email);
  if (fits(email) && fits(key)) return isValid ? { email, key } : { email, key, code: "email.invalid" };
  // Ids that differ in capitals alone stay apart.
  const own =
    emailKey(`${id}@moved.invalid`) === `${id}@moved.invalid` ? id : `${id}.${hash("sha256", id).slice(0, 16)}`;
  const address = `${own}@moved.invalid`;
  return { email: address, key: emailKey(address), code: "email.unstorable" };
}

/** Whether a text has 3 to 320 characters; each is one or two units of its length. */
function fits(text: string): boolean {
  if (text.length >= 6 && text.length <= 320) return true;
  const { length } = [...text];
  return length >= 3 && length <= 320;
}

function codesOf(row: Row, column: string, shape: RegExp, code: string, lost: Losses): string[] {
  const list = jsonOf(row[column]);
  const named = Array.isArray(list) ? list.map((one) => (typeof one === "string" ? one.trim().toUpperCase() : "")) : [];
  const codes = [...new Set(named)].filter((one) => shape.test(one)).slice(0, 20);
  const isWhole = Array.isArray(list)
    ? codes.length === new Set(named).size
    : list === null || wordOf(row[column]) === undefined;
  if (!isWhole) lost.add(code, column, row[column]);
  return codes;
}

function choiceOf(
  row: Row,
  column: string,
  known: readonly string[],
  usual: string,
  code: string,
  lost: Losses,
): string {
  const choice = wordOf(row[column])
    ?.toLowerCase()
    .replace(/[\s-]+/g, "_");
  if (choice === undefined) return usual;
  if (known.includes(choice)) return choice;
  lost.add(code, column, row[column]);
  return usual;
}
