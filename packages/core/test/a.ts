import { newId } from "../src/id.ts";
import * as User from "../src/user.ts";
import * as Watch from "../src/watch.ts";

export const password = "correct horse battery staple";

/** Somebody's sign-up, with an address of its own. */
export function signup(over: Partial<User.Create> = {}): User.Create {
  return { email: `${newId("usr")}@example.com`, password, firstName: "Robin", lastName: "Example", ...over };
}

/** An own user's id. */
export async function user(over: Partial<User.Create> = {}): Promise<string> {
  return (await User.create(signup(over), new Date())).user.id;
}

/** Noon of a day of March 2026, when watches begin unless a test says otherwise. */
export const noon = new Date("2026-03-01T12:00:00Z");

const airports = ["STN", "BGY", "LHR", "JFK", "MAD", "LIS", "FCO", "AMS", "DUB", "EDI", "CDG", "BCN", "ARN", "HEL"];
const routes = airports.flatMap((origin) =>
  airports.flatMap((destination) => (origin === destination ? [] : [{ origin, destination }])),
);

/** Airports that no other test of the file asks about, three to six months after `noon`. */
export function route(): { origin: string; destination: string; departureDate: string } {
  const next = routes.pop();
  if (!next) throw new Error("a test file has used up all routes");
  return { ...next, departureDate: "2026-08-01" };
}

/** An own watch: of a fare of its own and by an own user, unless `over` or `userId` says whose. In pounds. */
export async function watch(
  over: Record<string, unknown> = {},
  { userId, at = noon }: { userId?: string; at?: Date } = {},
): Promise<Watch.Info & { userId: string; name: string }> {
  const owner = userId ?? (await user());
  const made = await Watch.create(owner, { ...route(), currency: "GBP", ...over }, at);
  return { ...made, userId: owner, name: `${made.origin}-${made.destination} ${made.departureDate}` };
}
