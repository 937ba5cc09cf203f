import * as Money from "../../base/money.ts";
import type { AlertOf } from "../alerts.ts";

/** LHR – JFK: the airports of the flights whose price it is. */
export const route = ({ origin, destination }: Pick<AlertOf["watched"], "origin" | "destination">) =>
  `${origin} – ${destination}`;

/** 18000 GBP → £180.00, in the currency's own decimals. */
export function amount(minor: number, currency: string, locale: string): string {
  const { amount } = Money.toInfo(minor, currency);
  const digits = Money.exponent(currency);
  const options = {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(locale, options).format(amount as Intl.StringNumericLiteral);
}

/** 2026-08-01 → Sat 1 Aug 2026. */
export function day(date: string, locale: string): string {
  const options = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(`${date}T00:00:00Z`));
}
