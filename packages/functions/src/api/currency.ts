import { waitAtMost } from "@travel-conductor/core/base/wait";
import * as Flight from "@travel-conductor/core/flight";
import * as User from "@travel-conductor/core/user";

/** The preferred currency of the user of each session or key that this process has seen, for a minute; null for none. */
const known = new Map<string, { currency: string | null; until: number }>();
const keptMs = 60_000;

/**
 * Returns the currency of a request that names none: the preference of the session's user, if fares are sold in it, else
 * undefined. A process remembers it for a minute, so that most such searches take no more requests than others; a
 * preference that was changed elsewhere counts after that. Undefined too if Postgres does not answer in 2 seconds.
 */
export async function preferredOf(
  sessionId: string,
  userOf: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const held = known.get(sessionId);
  if (held && held.until > Date.now()) return soldOf(held.currency);
  const userId = await userOf();
  if (userId === undefined) return undefined;
  const currency = await waitAtMost(2_000, User.currencyOf(userId));
  if (currency === undefined) return undefined;
  if (known.size >= 10_000) known.clear();
  known.set(sessionId, { currency, until: Date.now() + keptMs });
  return soldOf(currency);
}

/** A user has changed preferences by this process: the next request reads them. */
export function forgetPreferred(sessionId: string): void {
  known.delete(sessionId);
}

/** The preferred currency of a user, if fares are sold in it: read each time, because it is stored with a watch. */
export async function storedPreferredOf(userId: string): Promise<string | undefined> {
  return soldOf(await User.currencyOf(userId));
}

/** The input, with a currency where it names none and there is a preferred one. */
export async function withCurrency(input: unknown, preferred: () => Promise<string | undefined>): Promise<unknown> {
  if (typeof input !== "object" || input === null || Object.hasOwn(input, "currency")) return input;
  const currency = await preferred();
  return currency === undefined ? input : { ...input, currency };
}

function soldOf(currency: string | null): string | undefined {
  return currency !== null && Flight.isSold(currency) ? currency : undefined;
}
