import { idOf, jsonOf, madeAt, momentOf, nameOf, phoneOf, said } from "./cell.ts";
import { compare, type Expected, type Found } from "./compare.ts";
import type { Context } from "./context.ts";
import { rowsOf } from "./latest.ts";
import type { OldRow } from "./old.ts";
import { emailOf } from "./owner.ts";

const seats = ["any", "aisle", "middle", "window"];
const meals = "standard vegetarian vegan kosher halal hindu gluten_free diabetic child".split(" ");

/** Compares the accounts: one for all users of an e-mail key, by the oldest of them. */
export function verifyUsers(context: Context): Promise<void> {
  return compare(context, { table: "users", read: (ids) => read(context, ids) }, expected(context));
}

function* expected(context: Context): Generator<Expected> {
  const { old } = context;
  const accountOf = old.prepared("select size from account where head = ? and state in ('own', 'missing')");
  for (const row of rowsOf(context, "users", "updated_at", "created_at")) {
    const id = idOf(row("id"));
    const account = id === null ? null : accountOf(id);
    if (id !== null && account) yield { id, row: accountRow(id, row, account.size === 1) };
  }
}

function accountRow(id: string, row: OldRow, isAlone: boolean): Expected["row"] {
  const { email, key } = emailOf(id, row("email"));
  const [first, last] = [nameOf(row("first_name")), nameOf(row("last_name"))];
  const { phone, phoneAsGiven } = phoneOf(row("phone"));
  const made = madeAt(id, row("created_at"));
  const hash = row("password_hash").text ?? "";
  const isKept = isAlone && /^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/.test(hash);
  return {
    ...{ email, email_key: key, email_verified: false },
    first_name: first || last || "Traveler",
    last_name: first ? last : "",
    ...{ phone, phone_as_given: phoneAsGiven },
    preferred_airlines: codesOf(row, "preferred_airlines", /^[A-Z0-9]{2}$/),
    preferred_airports: codesOf(row, "preferred_airports", /^[A-Z]{3}$/),
    seat_preference: oneOf(seats, row, "seat_preference") ?? "aisle",
    meal_preference: oneOf(meals, row, "meal_preference") ?? "standard",
    created_at: made ?? isMoment,
    updated_at: momentOf(row("updated_at")) ?? made ?? isMoment,
    // Without a password of its own the account has the hash of none: a salt and a digest of zero bytes.
    password_hash: isKept ? hash : isNoPassword,
  };
}

const isMoment = (value: unknown) => typeof value === "string";
const isNoPassword = (value: unknown) => /^\$argon2id\$v=19\$[^$]+\$A+\$A+$/.test(String(value));

function oneOf(known: string[], row: OldRow, column: string): string | undefined {
  return known.find((one) => one === said(row(column))?.toLowerCase().replace(/[\s-]/g, "_"));
}

/** The codes of a list, each once, 20 at most. */
function codesOf(row: OldRow, column: string, form: RegExp): string[] {
  const list = jsonOf(row(column));
  const codes = (Array.isArray(list) ? list : []).flatMap((one) => {
    const code = typeof one === "string" ? one.trim().toUpperCase() : "";
    return form.test(code) ? [code] : [];
  });
  return [...new Set(codes)].slice(0, 20);
}

async function read({ here, newest }: Context, ids: string[]): Promise<Map<string, Found>> {
  const { rows } = await here.query(
    `select id, email, email_key, email_verified, password_hash, password_version, first_name, last_name, phone,
            phone_as_given, preferred_airlines, preferred_airports, seat_preference, meal_preference,
            ${utc("created_at")}, ${utc("updated_at")}
       from users where id = any ($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [String(row.id), { row, isChanged: changedSince(row, newest) }]));
}

function changedSince(row: Record<string, unknown>, newest: string): Found["isChanged"] {
  const isTouched = String(row.updated_at) > newest;
  const isOwnHash = isArgon2(row.password_hash) && !isNoPassword(row.password_hash);
  return (column) => {
    if (column === "password_hash") return isOwnHash;
    return column !== "created_at" && (isTouched || (column === "updated_at" && Number(row.password_version) > 1));
  };
}

/** The hash of a password that was given here: at a sign-in, which replaces bcrypt, or at a reset. */
const isArgon2 = (hash: unknown) => String(hash).startsWith("$argon2id$");

/** A column of moments as ISO 8601 in UTC to the millisecond. */
export function utc(column: string, name = column): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${name}`;
}
