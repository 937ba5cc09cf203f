import { groupBy } from "./fate.ts";
import type { Entry } from "./ledger.ts";
import type { Run } from "./move.ts";
import { type Digest, digestOfValue } from "./sum.ts";
import type { Written } from "./watchrows.ts";
import type { Wish } from "./wish.ts";

/** What a watch has told, in the column's form: `last` is a price and a moment (UTC ms). */
type State = { first?: number; last?: [number, number]; rules?: { target?: [number, ...unknown[]] } };

/** A watch that is here: what it wants, as one text with and one without its target, and how it stands. */
export type Known = Kept & {
  id: string;
  legacyId: string | null;
  userId: string;
  pausedBecause: Written["pausedBecause"];
  subject: string;
  endedBecause: string | null;
  currency: string;
  state: State;
  version: number;
  series: number;
};
type Kept = { key: string; isActive: boolean; ended: boolean };

/** Everything that a watch wants, its target included. */
export const keyOf = (value: Pick<Written, "plan" | "what" | "target">): string =>
  `${subjectOf(value)} ${value.target}`;

export const subjectOf = ({ plan, what }: Pick<Written, "plan" | "what">): string => textOf(plan.fares[0]!, what);

type First = Pick<
  Written["plan"]["fares"][number],
  "origin" | "destination" | "departureDate" | "returnDate" | "cabin" | "maxStops" | "adults" | "currency"
>;

/** The first departure of a window moves as days pass: it is no part of what the watch wants. */
function textOf(first: First, what: string | null): string {
  const { origin, destination, departureDate, returnDate, cabin, maxStops, adults, currency } = first;
  const dates = what === null ? [departureDate, returnDate] : sorted(JSON.parse(what));
  return JSON.stringify([origin, destination, dates, cabin, maxStops, adults, currency]);
}

/** The fields of an object, and of those in it, in one order: Postgres has an order of its own. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .map(([name, part]) => [name, sorted(part)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

const sumOfKept = ({ key, isActive, ended }: Kept): Digest => digestOfValue({ key, isActive, ended });

/** The digest of how a watch stands once it is written. */
export const sumOfWritten = (value: Written): Digest =>
  sumOfKept({ key: keyOf(value), isActive: value.isActive, ended: value.isOver });

/** The digest of what a watch wants. */
export const sumOfKey = (key: string): Digest => digestOfValue(key);

type Row = Omit<Known, "key" | "subject"> & First & { what: string | null; target: number | null; isPlain: boolean };

/** The watches of accounts, by their owners. */
export async function readKnown({ reader }: Run, owners: string[]): Promise<Map<string, Known[]>> {
  if (owners.length === 0) return new Map();
  const { rows } = await reader.query<Row>({
    text: `select price_watches.id, price_watches.legacy_id as "legacyId", price_watches.user_id as "userId",
                  price_watches.paused_because as "pausedBecause",
                  price_watches.origin_code as origin, price_watches.destination_code as destination,
                  price_watches.departure_date::text as "departureDate", price_watches.return_date::text as "returnDate",
                  price_watches.class as cabin, price_watches.max_stops as "maxStops", price_watches.adults,
                  price_watches.currency, price_watches.what::text, price_watches.target_price::float8 as target,
                  price_watches.is_active as "isActive", price_watches.ended_at is not null as ended,
                  price_watches.alert_threshold is null and not price_watches.new_low and not price_watches.route_low
                    and price_watches.child_ages = '{}' and price_watches.infants = 0 as "isPlain",
                  price_watches.ended_because as "endedBecause", price_watches.state, price_watches.version,
                  price_watches.series
             from price_watches
            where price_watches.user_id = any ($1::text[])`,
    values: [owners],
  });
  const known = rows.map(({ isPlain, what, target, ...row }): Known => {
    // A watch with another rule, or with children, is like none of the old ones.
    const subject = textOf(row, what);
    return { ...row, subject, key: isPlain && target !== null ? `${subject} ${target}` : row.id };
  });
  return groupBy(known, ({ userId }) => userId);
}

/** Whether a watch was changed here since its entry was written; the end of its time is no change. */
export function isTouched(here: Known, { written }: Entry): boolean {
  const before =
    here.endedBecause === "time" ? [true, false].map((isActive) => ({ ...here, isActive, ended: false })) : [];
  return ![here, ...before].some((one) => sumOfKept(one) === written);
}

/** Whether a watch that is here stands as it is to be written. */
export const isAsWritten = (here: Known, value: Written): boolean => sumOfKept(here) === sumOfWritten(value);

/** The watch that is here as `value` changes it; what it has told stays, or becomes the lower price of the file. */
export function asChanged(here: Known, value: Written, { told, changed, subject, target }: Wish): Written {
  const isOther = keyOf(value) !== here.key;
  const series = here.series + (subjectOf(value) === here.subject ? 0 : 1);
  const { last, rules = {}, ...rest } = here.state;
  const ours = here.currency === subject.currency ? last : undefined;
  const isLower = told !== null && (ours === undefined || told < ours[0]);
  const next = isLower ? ([told, changed.getTime()] as const) : ours;
  const base = { id: here.id, version: here.version, series };
  if (!isOther && !isLower) return { ...value, ...base, state: JSON.stringify(here.state) };
  const [epoch] = rules.target ?? [];
  // No epoch of a rule is had twice.
  const later = epoch === undefined ? 1 : epoch + Number(isOther);
  const state = {
    ...(series === here.series ? rest : {}),
    ...(next ? { last: next } : {}),
    ...(next
      ? { rules: { ...rules, target: [later, 1, target, null] } }
      : epoch === undefined
        ? {}
        : { rules: { ...rules, target: [later, 0, null, null] } }),
  };
  return { ...value, ...base, state: JSON.stringify(state) };
}
