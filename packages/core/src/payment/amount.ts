import * as Money from "../base/money.ts";

// Stripe counts some currencies otherwise than ISO 4217 (https://docs.stripe.com/currencies).

/** Decimals by which Stripe counts, where these are not the currency's own. */
const decimals: Record<string, number> = { ISK: 2, UGX: 2, MGA: 0 };
/** Three decimals, of which Stripe charges two: the last digit is 0. */
const lastIsZero = new Set(["BHD", "JOD", "KWD", "OMR", "TND"]);
/** Three decimals, and not charged by Stripe. */
const unknown = new Set(["IQD", "LYD"]);
/** Stripe's most: eight digits. */
const most = 99_999_999;

/**
 * Converts minor units of a currency to what Stripe counts in; undefined for an amount that Stripe cannot charge
 * exactly, such as KWD 1.234.
 */
export function toStripe(minor: number, currency: string): number | undefined {
  if (unknown.has(currency)) return undefined;
  const own = Money.exponent(currency);
  const factor = 10 ** ((decimals[currency] ?? own) - own);
  const amount = factor >= 1 ? minor * factor : minor / Math.round(1 / factor);
  if (!Number.isInteger(amount) || amount <= 0 || amount > most) return undefined;
  return lastIsZero.has(currency) && amount % 10 !== 0 ? undefined : amount;
}

/** The opposite of `toStripe`. */
export function fromStripe(amount: number, currency: string): number {
  const own = Money.exponent(currency);
  return Math.round(amount * 10 ** (own - (decimals[currency] ?? own)));
}
