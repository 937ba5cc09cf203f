import { isUtf8 } from "node:buffer";
import * as Money from "@travel-conductor/core/base/money";
import { cabins } from "@travel-conductor/core/flight";

/**
 * A value as SQLite stores it: text of ASCII as text, any other as its bytes. Text that is not ASCII is a blob, or
 * broken.
 */
export type Cell = null | number | bigint | Uint8Array | string;

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ascii = /^[\x01-\x7f]*$/;

/** Text of any storage class but a blob; undefined where there is none, or it is broken. */
export function textOf(cell: Cell | undefined): string | undefined {
  if (typeof cell === "string") return ascii.test(cell) ? cell : undefined;
  if (cell instanceof Uint8Array) {
    if (!isUtf8(cell)) return undefined;
    const text = Buffer.from(cell.buffer, cell.byteOffset, cell.length).toString();
    return text.includes("\0") ? undefined : text;
  }
  return typeof cell === "number" || typeof cell === "bigint" ? String(cell) : undefined;
}

/** The same, without surrounding spaces; undefined where nothing is left. */
export const wordOf = (cell: Cell | undefined): string | undefined => textOf(cell)?.trim() || undefined;

/** Whether a cell says nothing, as against something that cannot be understood. */
export const isMissing = (cell: Cell | undefined): boolean => wordOf(cell) === undefined;

/** Whether a cell holds nothing: what is broken holds something. */
export const isBlank = (cell: Cell | undefined): boolean => (cell ?? null) === null || textOf(cell)?.trim() === "";

export function idOf(cell: Cell | undefined): string | undefined {
  const id = textOf(cell);
  return id !== undefined && id.length >= 1 && id.length <= 200 ? id : undefined;
}

/** A whole number that is exact, or undefined. */
export function wholeOf(cell: Cell | undefined): number | undefined {
  const text = typeof cell === "number" || typeof cell === "bigint" ? undefined : wordOf(cell);
  if (text === undefined && typeof cell !== "number" && typeof cell !== "bigint") return undefined;
  if (text !== undefined && !/^[+-]?\d+(\.0*)?$/.test(text)) return undefined;
  const number = Number(text ?? cell);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A whole number from `least` to `most`, or undefined. */
export function between(cell: Cell | undefined, least: number, most: number): number | undefined {
  const number = wholeOf(cell);
  return number !== undefined && number >= least && number <= most ? number : undefined;
}

/** The code of a place; undefined for anything but three letters. */
export function placeOf(cell: Cell | undefined): string | undefined {
  const code = wordOf(cell)?.toUpperCase();
  return code !== undefined && /^[A-Z]{3}$/.test(code) ? code : undefined;
}

const lastDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A day that exists, from 1900 to 2099. */
export function dayOf(value: string | undefined): string | undefined {
  if (value === undefined || !/^(19|20)\d\d-\d\d-\d\d$/.test(value)) return undefined;
  const [year, month, day] = [Number(value.slice(0, 4)), Number(value.slice(5, 7)), Number(value.slice(8))];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && isLeap ? 29 : (lastDays[month - 1] ?? 0);
  return day >= 1 && day <= last ? value : undefined;
}

const momentShape = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** A moment of the years 2000 to 2099. */
export function momentOf(cell: Cell | undefined): Date | undefined {
  const text = wordOf(cell);
  if (text === undefined || !momentShape.test(text) || !dayOf(text.slice(0, 10))) return undefined;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** When a row was made: by the first of `cells` that says so, or else by its id, or else `at`; `clear` is false then. */
export function madeAt(id: string, at: Date, ...cells: (Cell | undefined)[]): { made: Date; clear: boolean } {
  const [first] = cells;
  for (const cell of cells) {
    const made = momentOf(cell);
    if (made) return { made, clear: cell === first };
  }
  const digits = /(?<!\d)\d{13}(?!\d)/.exec(id)?.[0];
  const made = digits ? new Date(Number(digits)) : at;
  const year = made.getUTCFullYear();
  return { made: year >= 2000 && year < 2100 ? made : at, clear: false };
}

/** The code of a currency in use, or of one of `more`; `USD` where there is none; undefined for any other text. */
export function currencyOf(cell: Cell | undefined, more: readonly string[] = []): string | undefined {
  if (isMissing(cell)) return "USD";
  const code = wordOf(cell)?.toUpperCase();
  return code !== undefined && (currencies.has(code) || more.includes(code)) ? code : undefined;
}
const currencies = new Set(Money.currencies().map(({ code }) => code));

const decimalShape = /^(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * An amount in minor units of `currency`: above zero, by its shortest decimal, half up. Undefined for what is no
 * amount, or too large to be exact.
 */
export function amountOf(value: Cell | undefined, currency: string): number | undefined {
  const text = wordOf(value)?.replace(/^\+/, "");
  const [, whole, fraction = "", exponent = "0"] = decimalShape.exec(text ?? "") ?? [];
  if (whole === undefined) return undefined;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + Money.exponent(currency);
  if (point > 20) return undefined;
  const kept = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const next = point < 0 ? "0" : (digits[point] ?? "0");
  const minor = BigInt(kept) + (next >= "5" ? 1n : 0n);
  return minor > 0n && minor <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(minor) : undefined;
}

/** JSON in a cell; undefined where it is none. */
export function jsonOf(cell: Cell | undefined): unknown {
  const text = textOf(cell);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A cabin, in lower case; undefined for one that is not known. */
export function cabinOf(cell: Cell | undefined): string | undefined {
  const cabin = wordOf(cell)?.toLowerCase();
  return (cabins as readonly (string | undefined)[]).includes(cabin) ? cabin : undefined;
}
