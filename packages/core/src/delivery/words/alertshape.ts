import type { AlertOf } from "../alerts.ts";

export type Cabin = "economy" | "premium_economy" | "business" | "first";
export type Party = { adults: number; childAges: number[]; infants: number };

/** The words of the letter of alerts, in one language. Amounts, days and moments come written out. */
export type AlertWords = {
  locale: string;
  /** London – New York for £180.00 */
  title: (from: string, to: string, price: string) => string;
  several: (count: number) => string;
  prices: (before: string | null, now: string, target: string | null) => string;
  reasons: (alert: AlertOf) => string[];
  alreadyTrue: string;
  mistakeFare: string;
  simulated: string;
  labels: Record<
    | "why"
    | "days"
    | "total"
    | "party"
    | "rank"
    | "bags"
    | "refund"
    | "change"
    | "seen"
    | "confirmed"
    | "again"
    | "until",
    string
  >;
  days: (out: string, back: string | null) => string;
  total: (total: string, each: string | null, isExact: boolean) => string;
  party: (party: Party, cabin: Cabin | undefined) => string;
  rank: (place: number, days: number) => string;
  /** The heading of a direction: 0 is the way out. */
  direction: (index: number, day: string) => string;
  stops: (count: number, places: string[], duration: string) => string;
  duration: (hours: number, minutes: number) => string;
  operatedBy: (airline: string) => string;
  cabin: (cabin: Cabin) => string;
  bags: (bags: { carryOn: number; checked: number } | null) => string;
  term: (condition: { allowed: boolean; penalty: string | null } | null) => string;
  notConfirmed: string;
  notAgain: string;
  again: (moment: string, price: string) => string;
  chart: (days: number) => string;
  actions: Record<"look" | "snooze" | "stop" | "booked" | "unsubscribe" | "channels" | "all", string>;
  more: (count: number) => string;
  /** Why this letter came. */
  because: string;
};
