import { planted } from "@travel-conductor/local/testing/canaries";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import * as Watch from "../../src/watch.ts";

export const password: string = planted.password;

/** A valid sign-up with an address of its own. */
export function signup(over: Partial<User.Create> = {}): User.Create {
  return { email: `${newId("usr")}@example.com`, password, firstName: "Robin", lastName: "Example", ...over };
}

/** Creates a user and returns its id. */
export async function user(over: Partial<User.Create> = {}): Promise<string> {
  return (await User.create(signup(over), new Date())).user.id;
}

/** Creates a user with a proven address, which gets messages about watches, and returns its id. */
export async function proven(over: Partial<User.Create> = {}): Promise<string> {
  const userId = await user(over);
  await sql`update users set email_verified = true where users.id = ${userId}`;
  return userId;
}

/** Signs in by password alone. */
export async function login(...given: Parameters<typeof User.login>): Promise<User.SignedIn> {
  const answer = await User.login(...given);
  if ("ticket" in answer) throw new Error("the account asks for a code too");
  return answer;
}

/** Signs a user in, by a statement of its own. */
export async function session(userId: string, at: Date, start: Session.Start = {}): Promise<Session.Info> {
  const { session, statement } = await Session.issue(userId, at, start);
  await Session.rejectOutrun(statement);
  return session;
}

/** Noon of a day in March 2026, when watches begin by default. */
export const noon = new Date("2026-03-01T12:00:00Z");

const airports = ["STN", "BGY", "LHR", "JFK", "MAD", "LIS", "FCO", "AMS", "DUB", "EDI", "CDG", "BCN", "ARN", "HEL"];
const routes = airports.flatMap((origin) =>
  airports.flatMap((destination) => (origin === destination ? [] : [{ origin, destination }])),
);

/** Two airports that no other test of the file uses, three to six months after `noon`. */
export function route(): { origin: string; destination: string; departureDate: string } {
  const next = routes.pop();
  if (!next) throw new Error("a test file has used up all routes");
  return { ...next, departureDate: "2026-08-01" };
}

/** Creates a watch of a fare of its own by a user of its own, unless `over` or `userId` says otherwise. In pounds. */
export async function watch(
  over: Record<string, unknown> = {},
  { userId, at = noon }: { userId?: string; at?: Date } = {},
): Promise<Watch.Info & { userId: string; name: string }> {
  const owner = userId ?? (await proven());
  const made = await Watch.create(owner, { ...route(), currency: "GBP", ...over }, at);
  return { ...made, userId: owner, name: `${made.origin}-${made.destination} ${made.departureDate}` };
}

/** The messages queued for an account's owner, newest first; `data.token` is the token in a message's link. */
export async function mail(userId: string): Promise<{ kind: string; email: string; data: Record<string, string> }[]> {
  const rows = await sql`
    select messages.kind, messages.email, messages.data
      from messages
     where messages.user_id = ${userId}
     order by messages.created_at desc, messages.id desc`;
  return rows as { kind: string; email: string; data: Record<string, string> }[];
}

/** The token in the newest message of a kind. */
export async function token(userId: string, kind: string): Promise<string> {
  const sent = (await mail(userId)).find((message) => message.kind === kind);
  if (!sent?.data.token) throw new Error(`no ${kind} was sent`);
  return sent.data.token;
}
