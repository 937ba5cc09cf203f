import { isoDay, msPerDay } from "@travel-conductor/core/base/day";
import { currencies } from "@travel-conductor/core/base/money";

/** A value of an old file: how SQLite stores it, its number, and its text. `text` is null for a blob and for no text. */
export type Cell = {
  kind: "null" | "integer" | "real" | "text" | "blob";
  number: number | bigint | null;
  text: string | null;
};

/** Currencies that are no more: what was paid in them is kept. */
export const replaced = ["ANG", "BGN"];
const decimals = new Map(currencies().map(({ code, decimals }) => [code, decimals]));

export const length = (text: string) => [...text].length;

/** Text without surrounding spaces, or null where it is missing, broken or blank. */
export function said({ text }: Pick<Cell, "text">): string | null {
  return text?.trim() || null;
}

/** Whether there is nothing to read, as against something that cannot be understood. */
export const isMissing = (cell: Cell) => said(cell) === null;

export function idOf({ text }: Cell): string | null {
  return text !== null && length(text) >= 1 && length(text) <= 200 ? text : null;
}

/** A day that exists, in 1900 to 2099. */
export function dayOf(cell: Pick<Cell, "text">): string | null {
  const text = said(cell);
  if (text === null || !/^(19|20)\d\d-\d\d-\d\d$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && isoDay(at) === text ? text : null;
}

export const dayAfter = (day: string, count: number) => isoDay(Date.parse(day) + count * msPerDay);
export const daysFrom = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / msPerDay;

const momentForm = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** A moment in 2000 to 2099, as ISO 8601 in UTC to the millisecond. */
export function momentOf(cell: Cell): string | null {
  const [whole, day = ""] = momentForm.exec(said(cell) ?? "") ?? [];
  if (!whole || dayOf({ text: day }) === null) return null;
  const at = Date.parse(whole);
  return isInReach(at) ? new Date(at).toISOString() : null;
}

const isInReach = (at: number) => at >= Date.UTC(2000, 0) && at < Date.UTC(2100, 0);

/**
 * When a row was made: the first of these moments, else what its id counts; undefined where only the run's moment is
 * left.
 */
export function madeAt(id: string, ...cells: Cell[]): string | undefined {
  for (const cell of cells) {
    const at = momentOf(cell);
    if (at !== null) return at;
  }
  const [digits] = /(?<!\d)\d{13}(?!\d)/.exec(id) ?? [];
  return digits !== undefined && isInReach(Number(digits)) ? new Date(Number(digits)).toISOString() : undefined;
}

/** A whole number, also where it is a real number or text. */
export function wholeOf({ number, text }: Cell): number | null {
  const value =
    number !== null ? Number(number) : /^\s*[+-]?\d+(\.0*)?\s*$/.test(text ?? "") ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** The code of a currency in use, or of `replaced`, `USD` where none is said; null for one that is none. */
export function currencyOf(cell: Cell, replaced: string[] = []): string | null {
  if (isMissing(cell)) return "USD";
  const code = said(cell)?.toUpperCase() ?? "";
  return decimals.has(code) || replaced.includes(code) ? code : null;
}

/** An amount in minor units, rounded half up; null where it is impossible. */
export function amountOf({ number, text }: Pick<Cell, "number" | "text">, currency: string | null): number | null {
  const isDecimal = number !== null || /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text ?? "");
  const value = isDecimal ? Number(number ?? text) : Number.NaN;
  if (currency === null || !Number.isFinite(value) || value <= 0) return null;
  const [, whole = "", fraction = "", power = "0"] = /^(\d+)\.?(\d*)(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const shift = Number(power) - fraction.length + (decimals.get(currency) ?? 2);
  const digits = BigInt(whole + fraction);
  if (shift > 20 || shift < -340) return null;
  const minor =
    shift >= 0 ? digits * 10n ** BigInt(shift) : (digits * 2n + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift));
  return minor > 0n && minor <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(minor) : null;
}

const hidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** A text without what cannot be shown. */
export const shownOf = ({ text }: Pick<Cell, "text">) => ({ text: text?.replace(hidden, "") ?? null });

/** A name as it can be shown, in NFC, 100 characters at most; empty where there is no letter in it. */
export function nameOf(cell: Pick<Cell, "text">): string {
  const shown = (shownOf(cell).text ?? "").normalize("NFC").trim();
  return /\p{L}/u.test(shown) ? [...shown].slice(0, 100).join("").trim() : "";
}

/** A phone number in E.164, or the text as it was given, of which 200 characters can be kept. */
export function phoneOf(cell: Pick<Cell, "text">): { phone: string | null; phoneAsGiven: string | null } {
  const given = said(shownOf(cell));
  if (given === null) return { phone: null, phoneAsGiven: null };
  const digits = /^(?:[(\s]*\+|[(\s]*00|011(?=[\s./-]))(.*)$/s.exec(given)?.[1]?.replace(/[\s./()-]/g, "") ?? "";
  const phone = /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null;
  return { phone, phoneAsGiven: phone ? null : [...given].slice(0, 200).join("") };
}

/** Three letters in capitals, or null. */
export function placeOf(cell: Cell): string | null {
  const code = said(cell)?.toUpperCase() ?? "";
  return /^[A-Z]{3}$/.test(code) ? code : null;
}

export const cabins = ["economy", "premium_economy", "business", "first"];
export function cabinOf(cell: Cell): string | null {
  const cabin = said(cell)?.toLowerCase() ?? "";
  return cabins.includes(cabin) ? cabin : null;
}

/** What a text says as JSON; undefined where it is none. */
export function jsonOf({ text }: Cell): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
