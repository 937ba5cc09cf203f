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

/** The days that an old file says: departures from `start` to `end`, and `flex` days around them. */
type Asked = { start: string; end: string; flex: number; nights: number | null };

/** What a watch of an old file wants, and what it was told. Amounts are minor units, for the whole party. */
export type Wish = Asked & {
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

function daysOf(row: OldRow): Asked | undefined {
  const [start, end] = [dayOf(row("start")), dayOf(row("end"))];
  if (start === null || end === null || end < start) return undefined;
  const type = said(row("tripType"))?.toLowerCase() ?? null;
  const isOneWay = type === "oneway" || (type === null && start === end);
  const flex = Math.max(wholeOf(row("flexDays")) ?? 0, 0);
  if (isOneWay) return { start, end, flex, nights: null };
  const nights = daysFrom(start, end);
  return { start, end: start, flex: nights > mostNights ? 0 : flex, nights };
}

/** The days that a watch covers when it arrives at `at`: 100 at most, of those that are not past. */
function daysAt({ start, end, flex, nights }: Asked, timeZone: string, at: Date): Days {
  const isToCome = daysFrom(end, localDay(timeZone, at.getTime() + endsBefore)) <= flex;
  const today = isToCome ? localDay(timeZone, at.getTime()) : "";
  const counted = (from: string, to: string) => daysFrom(from > today ? from : today, to) + 1;
  const span = daysFrom(start, end);
  const most = Math.min(flex, mostFares + span + (isToCome ? Math.max(0, daysFrom(end, today)) : 0));
  let kept = most;
  while (kept > 0 && counted(dayAfter(start, -kept), dayAfter(end, kept)) > mostFares) kept--;
  let last = end;
  while (kept === 0 && counted(start, last) > mostFares) last = dayAfter(last, -1);
  return { from: dayAfter(start, -kept), to: dayAfter(last, kept), nights };
}

/**
 * How a watch arrives at `at`: over, of days that are not sold yet, or to be checked; when it ends (3 hours before the
 * end of the day of its last departure), and the days of the fares that it covers.
 */
export async function standingOf(wish: Pick<Wish, "origin"> & Asked, at: Date) {
  const { timeZone } = await placeNamed(wish.origin);
  const window = daysAt(wish, timeZone, at);
  const today = localDay(timeZone, at.getTime());
  const ends = instantOf(timeZone, `${dayAfter(window.to, 1)}T00:00`) - endsBefore;
  const isOver = ends <= at.getTime();
  const isUnsold = dayAfter(window.to, wish.nights ?? 0) > dayAfter(today, soldAhead);
  const from = !isOver && !isUnsold && window.from < today ? today : window.from;
  const count = daysFrom(from, window.to) + 1;
  const departures = Array.from({ length: count }, (_, index) => dayAfter(from, index));
  const days = departures.map((day) => ({
    departure: day,
    back: wish.nights === null ? null : dayAfter(day, wish.nights),
  }));
  return { window, isOver, isUnsold, endsAt: new Date(ends).toISOString(), days };
}

/** How long before the end of its last departure's day a watch ends. */
const endsBefore = 3 * 3_600_000;

/** For how many days ahead, by the clock of the origin, flights are sold. */
const soldAhead = 361;
