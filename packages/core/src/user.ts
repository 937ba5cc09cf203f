import * as v from "valibot";
import { sql } from "./db.ts";
import { Problem } from "./error.ts";
import { newId } from "./id.ts";
import { Compared, Email, emailKey, Name, Password, Phone } from "./user/field.ts";
import { hash, verify } from "./user/password.ts";

export const Create = v.strictObject({
  email: Email,
  password: Password,
  firstName: Name,
  lastName: Name,
  phone: v.optional(v.nullable(Phone), null),
});
export type Create = v.InferInput<typeof Create>;

export const Login = v.strictObject({ email: Compared, password: Compared });
export type Login = v.InferInput<typeof Login>;

export const Info = v.object({
  id: v.string(),
  email: v.string(),
  emailVerified: v.boolean(),
  firstName: v.string(),
  lastName: v.string(),
  phone: v.nullable(v.string()),
  preferredAirlines: v.array(v.string()),
  preferredAirports: v.array(v.string()),
  seatPreference: v.string(),
  mealPreference: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
});
export type Info = v.InferOutput<typeof Info>;

/**
 * A new account. The address is unique without regard to case and Unicode form, and the table decides who was first.
 * @throws ValiError, Problem `user.email_taken`
 */
export async function create(input: unknown, at: Date): Promise<Info> {
  const { email, password, firstName, lastName, phone } = v.parse(Create, input);
  const [row] = await sql`
    insert into users (id, email, email_key, password_hash, first_name, last_name, phone)
    values (${newId("usr", at)}, ${email}, ${emailKey(email)}, ${await hash(password)}, ${firstName}, ${lastName}, ${phone})
    on conflict (email_key) do nothing
    returning ${columns}`;
  if (!row) throw new Problem("conflict", "user.email_taken", "There is an account with this e-mail address.");
  return info(row as Row);
}

/**
 * The id of the user whose address and password these are. One statement and one hash, whether or not the address is known.
 * @throws ValiError, Problem `user.credentials`
 */
export async function authenticate(input: unknown): Promise<string> {
  const { email, password } = v.parse(Login, input);
  const [row] = (await sql`
    select users.id, users.password_hash as "passwordHash"
      from users
     where users.email_key = ${emailKey(email)}`) as { id: string; passwordHash: string }[];
  const right = await verify(row?.passwordHash, password);
  if (row && right) return row.id;
  throw new Problem("auth", "user.credentials", "The e-mail address or the password is wrong.");
}

/** @throws Problem `user.missing` */
export async function get(userId: string): Promise<Info> {
  const [row] = await sql`select ${columns} from users where users.id = ${userId}`;
  if (!row) throw new Problem("missing", "user.missing", "There is no such account.");
  return info(row as Row);
}

const columns = sql`
  users.id, users.email, users.email_verified as "emailVerified", users.first_name as "firstName",
  users.last_name as "lastName", users.phone, users.preferred_airlines as "preferredAirlines",
  users.preferred_airports as "preferredAirports", users.seat_preference as "seatPreference",
  users.meal_preference as "mealPreference", users.created_at as "createdAt"`;

type Row = Omit<Info, "createdAt"> & { createdAt: Date };

function info(row: Row): Info {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
