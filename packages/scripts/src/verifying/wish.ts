import { instantOf, localDay } from "@travel-conductor/core/base/zone";
import {
  amountOf,
  cabinOf,
  currencyOf,
  dayAfter,
  dayOf,
  daysFrom,
  isMissing,
  madeAt,
  momentOf,
  placeOf,
  said,
  wholeOf,
} from "./cell.ts";
import type { OldRow } from "./old.ts";
import { placeNamed } from "./place.ts";

/** The days of a watch: departures from `from` to `to`, each with a return after `nights`, null for one way. */
export type Days = { from: string; to: string; nights: number | null };

/** What a watch of an old file wants, and what it was told. Amounts are minor units, for the whole party. */
export type Wish = Days & {
  origin: string;
  destination: string;
  cabin: string;
  maxStops: number | null;
  adults: number;
  currency: string;
  target: number;
  told: number | null;
  active: boolean;
  made: string | undefined;
  changed: string | undefined;
};

const mostFares = 100;
const mostNights = 180;

/** Reads what a watch wants; undefined where its places, days, cabin, party, price or status are impossible. */
export async function wishOf(id: string, row: OldRow): Promise<Wish | undefined> {
  const [origin, destination] = [placeOf(row("origin")), placeOf(row("destination"))];
  if (origin === null || destination === null || !(await isJourney(origin, destination))) return undefined;
  const days = daysOf(row);
  const cabin = cabinOf(row("cabin"));
  const adults = wholeOf(row("adults"));
  const currency = currencyOf(row("currency"));
  const target = amountOf(row("targetUsd"), currency);
  const active = isMissing(row("active")) ? 1 : wholeOf(row("active"));
  if (!days || cabin === null || adults === null || adults < 1 || adults > 9) return undefined;
  if (currency === null || target === null || (active !== 0 && active !== 1)) return undefined;
  const stops = wholeOf(row("maxStops"));
  const made = madeAt(id, row("createdAt"));
  return {
    ...{ origin, destination, ...days, cabin, adults, currency, target },
    maxStops: stops !== null && stops >= 0 && stops <= 2 ? stops : null,
    told: amountOf(row("lastNotifiedUsd"), currency),
    active: active === 1,
    ...{ made, changed: momentOf(row("updatedAt")) ?? made },
  };
}

/** Whether both places are known and share no airport. */
async function isJourney(origin: string, destination: string): Promise<boolean> {
  const [from, to] = [(await placeNamed(origin)).airports, (await placeNamed(destination)).airports];
  return from.length > 0 && to.length > 0 && !from.some((code) => to.includes(code));
}

function daysOf(row: OldRow): Days | undefined {
  const [start, end] = [dayOf(row("start")), dayOf(row("end"))];
  if (start === null || end === null || end < start) return undefined;
  const type = said(row("tripType"))?.toLowerCase() ?? null;
  const isOneWay = type === "oneway" || (type === null && start === end);
  const flex = Math.max(wholeOf(row("flexDays")) ?? 0, 0);
  const nights = isOneWay ? null : daysFrom(start, end);
  if (nights !== null && nights > mostNights) return undefined;
  const span = isOneWay ? daysFrom(start, end) : 0;
  const kept = Math.min(flex, Math.max(0, Math.floor((mostFares - 1 - span) / 2)));
  return { from: dayAfter(start, -kept), to: dayAfter(start, Math.min(span, mostFares - 1) + kept), nights };
}

/**
 * How a watch arrives at `at`: over, of days that are not sold yet, or to be checked; when it ends (3 hours before the
 * end of the day of its last departure), and the days of the fares that it covers.
 */
export async function standingOf(wish: Pick<Wish, "origin"> & Days, at: Date) {
  const { timeZone } = await placeNamed(wish.origin);
  const today = localDay(timeZone, at.getTime());
  const ends = instantOf(timeZone, `${dayAfter(wish.to, 1)}T00:00`) - 3 * 3_600_000;
  const isOver = ends <= at.getTime();
  const isUnsold = dayAfter(wish.to, wish.nights ?? 0) > dayAfter(today, soldAhead);
  const from = !isOver && !isUnsold && wish.from < today ? today : wish.from;
  const count = daysFrom(from, wish.to) + 1;
  const departures = Array.from({ length: count }, (_, index) => dayAfter(from, index));
  const days = departures.map((day) => ({
    departure: day,
    back: wish.nights === null ? null : dayAfter(day, wish.nights),
  }));
  return { isOver, isUnsold, endsAt: new Date(ends).toISOString(), days };
}

/** For how many days ahead, by the clock of the origin, flights are sold. */
const soldAhead = 361;
