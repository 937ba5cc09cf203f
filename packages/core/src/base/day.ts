/** Days and months of UTC's calendar: a day is `YYYY-MM-DD`, or the number of days since 1970. Local days: base/zone.ts. */

import * as v from "valibot";

export const msPerHour = 3_600_000;
export const msPerDay = 24 * msPerHour;

/** The number (days since 1970) of the day of an instant (ms). */
export function dayNumber(at: number): number {
  return Math.floor(at / msPerDay);
}

/** The day of an instant: a Date, or UTC milliseconds. */
export function isoDay(at: Date | number): string {
  const number = dayNumber(Math.trunc(Number(at)));
  const known = texts.get(number);
  if (known !== undefined) return known;
  const text = new Date(at).toISOString().slice(0, 10);
  if (texts.size >= mostTexts) texts.clear();
  texts.set(number, text);
  return text;
}
/** Days as texts, by number: finding one is several times as fast as writing it. */
const texts = new Map<number, string>();
const mostTexts = 10_000;

/** `2027-03-31` and 1 → `2027-04-01`; `count` may be negative. */
export function addDays(day: string, count: number): string {
  return isoDay(Date.parse(day) + count * msPerDay);
}

/** How many days `to` is after `from`; negative when it is before. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / msPerDay;
}

/** 202611 for an instant in November 2026. */
export function monthNumber(at: Date): number {
  return at.getUTCFullYear() * 100 + at.getUTCMonth() + 1;
}

/** The first instant (ms) of the month of `at`, or of the month `after` months later. */
export function startOfMonth(at: Date, after = 0): number {
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + after);
}

/** The Monday of the ISO week of `at`. */
export function mondayOf(at: Date): string {
  return isoDay(at.getTime() - ((at.getUTCDay() + 6) % 7) * msPerDay);
}

/** The ISO 8601 week that begins on `monday`, such as `2026-W11`; a week belongs to the year of its Thursday. */
export function isoWeek(monday: string): string {
  const thursday = new Date(Date.parse(monday) + 3 * msPerDay);
  const week = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0)) / (7 * msPerDay)) + 1;
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, "0")}`;
}

/** A moment from 1970 on, RFC 3339 with `Z` or an offset, to the millisecond; becomes a Date. */
export const Instant = v.pipe(
  v.string(),
  v.regex(
    /^(19[7-9]|2\d\d)\d-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/,
    "must be a moment, such as 2026-11-26T08:00:00Z",
  ),
  v.check(
    (text) => isoDay(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) || 0) === text.slice(0, 10),
    "must be a day that exists",
  ),
  v.transform((text) => new Date(text)),
  v.check((moment) => moment.getTime() >= 0, "must be a moment that exists"),
);
