import { inOwnRequest } from "../base/cache.ts";
import { isoDay, msPerDay } from "../base/day.ts";
import { env } from "../base/env.ts";

/** The account or address that a provider call is counted against: it may make `most` calls a day (UTC). */
export type Payer = { key: string; most: number };

/** The account of a caller; `proven` says whether its e-mail address is. */
export type Account = { userId: string; proven: boolean };

/**
 * The payer of a person's request; `addressKey` is what the caller's network address is counted by. An account with a
 * proven address pays itself; until then, and without an account, the network address pays, so that new accounts bring
 * no calls of their own.
 */
export function payerOf(account: Account | undefined, addressKey: string): Payer {
  return account?.proven ? ownerOf(account) : { key: `address:${addressKey}`, most: env.FLIGHT_CALLS_PER_ADDRESS };
}

/** The payer of the checks of an account's watches. */
export function ownerOf({ userId, proven }: Account): Payer {
  return { key: userId, most: proven ? env.FLIGHT_CALLS_PER_ACCOUNT : env.FLIGHT_CALLS_UNPROVEN };
}

/** The Redis key of the hash with the day's calls of each payer. */
export const callsKey = (at: Date) => `calls:${isoDay(at)}`;

/** The calls that a payer has made on the day of `at` (UTC). Throws if Redis does not answer. */
export async function callsOf({ key }: Payer, at: Date): Promise<number> {
  const [made] = await inOwnRequest((batch) => batch.fields(callsKey(at), [key]));
  return Number(made ?? 0);
}

/** The end of the day of `at` (UTC), when payers may call again. */
export const dayEnd = (at: Date) => Date.parse(isoDay(at)) + msPerDay;
