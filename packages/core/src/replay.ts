import * as v from "valibot";
import { Currency, exponent } from "./base/money.ts";
import { type Answer, type Criteria, Day, type FareProvider, type Offer, Place, unknownTerms } from "./flight.ts";

/** The columns that a file of recorded fares must have. Others, such as `arrival_date`, are not read. */
export type Column = "timestamp_utc" | "origin" | "destination" | "departure_date" | "price" | "currency";

/** One recorded flight: the columns of the file as text. `number` is its line in the file; its position from 1 without. */
export type Line = Record<Column, string> & { number?: number };

/** The record of one route and day: the cheapest readable price (minor units) at each moment (UTC ms), or none. */
export type Recorded = {
  /** `STN-BGY 2026-06-16`. */
  name: string;
  origin: string;
  destination: string;
  departureDate: string;
  currency: string;
  checks: { at: number; price: number | null }[];
};

/**
 * Why a line, or its price, could not be read. A `line` is left out; without its `price` it is a check without one.
 */
export type Fault = { number: number; of: "line" | "price"; reason: string };

const Code = v.pipe(v.string(), v.trim(), Place);
const Question = v.object({
  timestamp_utc: v.pipe(
    v.string(),
    v.transform(parseMoment),
    v.number("must be a moment in UTC, such as 2026-01-15T23:13:48"),
  ),
  origin: Code,
  destination: Code,
  departure_date: v.pipe(
    v.string(),
    v.transform((text) => text.trim().slice(0, 10)),
    Day,
  ),
  currency: v.pipe(v.string(), v.trim(), Currency),
});

/**
 * Groups recorded flights by route and departure day. Returns a fault for each line that is unreadable or in another
 * currency than the first of its route and day, and for each price that is a text but not surely a price.
 */
export function read(lines: Iterable<Line>): { recorded: Recorded[]; faults: Fault[] } {
  const found = new Map<string, Recorded & { prices: Map<number, number | null> }>();
  const faults: Fault[] = [];
  let position = 0;
  for (const line of lines) {
    const number = line.number ?? ++position;
    const refuse = (...reasons: string[]) => faults.push({ number, of: "line", reason: reasons.join("; ") });
    const question = v.safeParse(Question, line);
    if (!question.success) {
      refuse(...question.issues.map(({ path, message }) => describe(line, path?.[0]?.key as Column, message)));
      continue;
    }
    const { timestamp_utc: at, origin, destination, departure_date: departureDate, currency } = question.output;
    if (origin === destination) {
      refuse(describe(line, "destination", "must differ from origin"));
      continue;
    }
    const name = `${origin}-${destination} ${departureDate}`;
    let watch = found.get(name);
    if (!watch) {
      watch = { name, origin, destination, departureDate, currency, checks: [], prices: new Map() };
      found.set(name, watch);
    }
    if (watch.currency !== currency) {
      refuse(describe(line, "currency", `must be ${watch.currency}, as before for ${name}`));
      continue;
    }
    const price = parseAmount(line.price, currency);
    if (price === null && line.price.trim() !== "") {
      const reason = describe(line, "price", `is not surely an amount in ${currency}`);
      faults.push({ number, of: "price", reason });
    }
    const cheapest = watch.prices.get(at) ?? null;
    watch.prices.set(at, price === null || cheapest === null ? (price ?? cheapest) : Math.min(price, cheapest));
  }
  const recorded = [...found.values()].map(({ prices, ...watch }) => ({
    ...watch,
    checks: [...prices].sort(([a], [b]) => a - b).map(([at, price]) => ({ at, price })),
  }));
  return { recorded, faults };
}

/** `price "£12" is not surely an amount in GBP`; a long text is cut. */
function describe(line: Line, column: Column, reason: string): string {
  const text = line[column] ?? "";
  return `${column} ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)} ${reason}`;
}

/** A provider of recorded fares: answers each question with the latest record not after `at`. It cannot confirm. */
export function provider(recorded: Recorded[]): FareProvider {
  const byName = new Map(recorded.map((watch) => [watch.name, watch]));
  return {
    name: "replay",
    async search(criteria: Criteria, at: Date): Promise<Answer> {
      const watch = byName.get(`${criteria.origin}-${criteria.destination} ${criteria.departureDate}`);
      const check =
        watch && watch.currency === criteria.currency ? latestBefore(watch.checks, at.getTime()) : undefined;
      if (!watch || !check || check.price === null) return { status: "no_results", offers: [] };
      const offer: Offer = {
        provider: "replay",
        reference: `${watch.name} ${check.at}`,
        simulated: false,
        total: check.price,
        currency: watch.currency,
        expiresAt: new Date(check.at).toISOString(),
        ...unknownTerms,
        slices: [],
      };
      return { status: "ok", offers: [offer] };
    },
  };
}

/** The last check not after `at`; the checks are in order of time. */
function latestBefore(checks: Recorded["checks"], at: number): Recorded["checks"][number] | undefined {
  let [from, to] = [0, checks.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (checks[middle]!.at <= at) from = middle + 1;
    else to = middle;
  }
  return checks[from - 1];
}

/** `2026-01-15T23:13:48`, with or without `Z` or a fraction, always UTC. */
function parseMoment(text: string): number | undefined {
  const found = /^\s*(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)Z?\s*$/.exec(text);
  if (!found || !v.is(Day, found[1])) return undefined;
  const at = Date.parse(`${found[1]}T${found[2]}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * Reads a price: exactly as many decimals as the currency has, after a point or a comma; thousands, if they are
 * separated, by the other one; before or after it nothing but the currency's code or sign. `£71.10`, `£ 71 . 10`,
 * `1.071,10 EUR`. Everything else could be another amount (`1.234`, `12,345`, `£12`, `1e3`) and is unreadable, as zero.
 */
function parseAmount(text: string, currency: string): number | null {
  const decimals = exponent(currency);
  const number =
    decimals === 0
      ? String.raw`(\d+|\d{1,3}(?:,\d{3})+)`
      : String.raw`(\d+|\d{1,3}(?:,\d{3})+(?=\s*\.)|\d{1,3}(?:\.\d{3})+(?=\s*,))\s*[.,]\s*(\d{${decimals}})`;
  const found = new RegExp(String.raw`^\s*([^\d\s.,]*)\s*${number}\s*([^\d\s.,]*)\s*$`).exec(text);
  if (!found) return null;
  const [, before = "", whole = "", ...rest] = found;
  const [fraction = "", after = ""] = decimals === 0 ? ["", ...rest] : rest;
  const signs = [before, after].filter((sign) => sign !== "");
  if (signs.length > 1 || !signs.every((sign) => signsOf(currency).includes(sign))) return null;
  const minor = Number(whole.replaceAll(/[.,]/g, "") + fraction);
  return Number.isSafeInteger(minor) && minor > 0 ? minor : null;
}

/** The code of a currency, and the signs that are written for it: GBP and £. */
function signsOf(currency: string): string[] {
  const displays = ["symbol", "narrowSymbol"] as const;
  const signs = displays.map((currencyDisplay) =>
    new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay })
      .formatToParts(1)
      .flatMap(({ type, value }) => (type === "currency" ? [value] : [])),
  );
  return [currency, ...signs.flat()];
}
