import * as Money from "../../base/money.ts";
import { currentName, localMinutes } from "../../base/zone.ts";
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

/** 2026-08-01 → 1 August 2026. */
export function longDay(date: string, locale: string): string {
  return new Date(date).toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
}

/** 2026-08-01 → 1 Aug. */
export function shortDay(date: string, locale: string): string {
  return new Date(date).toLocaleDateString(locale, { day: "numeric", month: "short", timeZone: "UTC" });
}

/** 2026-08 → August 2026. */
export function month(text: string, locale: string): string {
  return new Date(text).toLocaleDateString(locale, { month: "long", year: "numeric", timeZone: "UTC" });
}

/**
 * 1 August 2026 at 12:05 UTC, or 1 August 2026 at 14:05 (Europe/Berlin): by the clocks of the reader's time zone, with
 * its name; of UTC where there is none or it is no zone any more.
 */
export function moment(instant: string | number, locale: string, timeZone: string | null): string {
  const zone = currentName(timeZone ?? "UTC") ?? "UTC";
  const utc = new Date(instant).getTime();
  const local = new Date(localMinutes(zone, utc) * 60_000);
  const text = local.toLocaleString(locale, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return zone === "UTC" ? `${text} UTC` : `${text} (${zone})`;
}

/** a, b and c */
export function listed(items: string[], locale: string, type: "conjunction" | "disjunction" = "conjunction"): string {
  return new Intl.ListFormat(locale, { type }).format(items);
}
