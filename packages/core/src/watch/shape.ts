import * as Money from "../base/money.ts";
import { isSimulated, provider, unknownAirlines } from "../flight.ts";
import { modeOf, type Rules } from "../rule.ts";
import { missing } from "./errors.ts";
import { reasonOf } from "./reasons.ts";
import { toRulesInfo } from "./rules.ts";
import type { Info } from "./schema.ts";
import { fromStored, type StoredSubject, type Subject, wishesOf } from "./subject.ts";
import { type Lows, toTrend } from "./trend.ts";

type Amounts = "currentPrice" | "lowestPrice" | "highestPrice" | "bookedPrice";

/** A watch as SQL returns it: amounts in minor units, the drop in basis points. */
export type SelectedWatch = Omit<
  Info,
  | Amounts
  | keyof Subject
  | "rules"
  | "state"
  | "trend"
  | "nextCheckBecause"
  | "unknownAirlines"
  | "simulated"
  | "snoozedPastEnd"
> &
  StoredSubject & { [A in Amounts]: number | null } & {
    rules: Rules;
    isActive: boolean;
    lows: Lows;
    next: Parameters<typeof reasonOf>[0] | null;
  };

/** @throws Problem `watch.missing` when there is no row */
export async function toInfo(row: SelectedWatch | undefined, at: Date): Promise<Info> {
  if (!row) throw missing();
  const { what: _, next, isActive, lows, ...rest } = row;
  const subject = fromStored(row);
  const show = (amount: number | null) => (amount === null ? null : Money.toInfo(amount, row.currency));
  const over = rest.endsAt !== null && Date.parse(rest.endsAt) <= at.getTime();
  const snoozedUntil = rest.snoozedUntil === null ? null : Date.parse(rest.snoozedUntil);
  return {
    ...rest,
    ...subject,
    snoozedPastEnd: snoozedUntil !== null && rest.endsAt !== null && snoozedUntil >= Date.parse(rest.endsAt),
    simulated: isSimulated(row.source ?? provider.name),
    unknownAirlines: await unknownAirlines(wishesOf(subject)),
    rules: toRulesInfo(row.rules, row.currency),
    currentPrice: show(row.currentPrice),
    lowestPrice: show(row.lowestPrice),
    highestPrice: show(row.highestPrice),
    trend: toTrend(lows, row.currency, at),
    bookedPrice: show(row.bookedPrice),
    state: modeOf({ isActive, ended: rest.endedAt !== null || over, snoozedUntil }, at),
    nextCheckBecause: next && reasonOf(next, at),
  };
}
