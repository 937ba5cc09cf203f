import { addDays, daysBetween, msPerHour } from "@travel-conductor/core/base/day";
import { localDay } from "@travel-conductor/core/base/zone";
import {
  amountOf,
  between,
  cabinOf,
  currencyOf,
  dayOf,
  isMissing,
  madeAt,
  momentOf,
  placeOf,
  wholeOf,
  wordOf,
} from "./cell.ts";
import type { Row } from "./file.ts";
import type { Losses } from "./person.ts";
import { zoneOf } from "./zone.ts";

/** What an old watch wants, in the words of ours. */
export type Wish = {
  subject: {
    origin: string;
    destination: string;
    departureDate: string | null;
    returnDate: string | null;
    departureFrom: string | null;
    departureTo: string | null;
    stayNights: { min: number; max: number } | null;
    adults: number;
    childAges: number[];
    infants: number;
    cabin: string;
    maxStops: number | null;
    currency: string;
  };
  target: number;
  told: number | null;
  isActive: boolean;
  made: Date;
  changed: Date;
};

/** The most departures of one watch, and the longest stay of a window. */
const most = { departures: 100, nights: 180 };

/** Reads an old watch; a text is the reason why there is none. */
export async function wishOf(id: string, row: Row, at: Date, lost: Losses): Promise<Wish | string> {
  const [origin, destination] = [placeOf(row.origin), placeOf(row.destination)];
  if (!origin || !destination || origin === destination) return "place";
  const [start, end] = [dayOf(wordOf(row.start)), dayOf(wordOf(row.end))];
  if (!start || !end || end < start) return "day";
  const cabin = cabinOf(row.cabin);
  if (cabin === undefined) return "cabin";
  const adults = between(row.adults, 1, 9);
  if (adults === undefined) return "party";
  const currency = currencyOf(row.currency);
  const target = currency === undefined ? undefined : amountOf(row.targetUsd, currency);
  if (currency === undefined || target === undefined) return "price";
  const active = isMissing(row.active) ? 1 : between(row.active, 0, 1);
  if (active === undefined) return "status";
  const dates = await datesOf(row, { origin, start, end }, at, lost);
  const told = isMissing(row.lastNotifiedUsd) ? null : amountOf(row.lastNotifiedUsd, currency);
  if (told === undefined) lost.add("told.unclear", "lastNotifiedUsd", row.lastNotifiedUsd);
  const stops = wholeOf(row.maxStops);
  if (!isMissing(row.maxStops) && (stops === undefined || stops < 0))
    lost.add("stops.unclear", "maxStops", row.maxStops);
  const maxStops = stops !== undefined && stops >= 0 && stops <= 2 ? stops : null;
  const { made, clear } = madeAt(id, at, row.createdAt);
  if (!clear) lost.add("created.unclear", "createdAt", row.createdAt);
  return {
    subject: Object.assign(dates, {
      origin,
      destination,
      adults,
      childAges: [],
      infants: 0,
      cabin,
      maxStops,
      currency,
    }),
    target,
    told: told ?? null,
    isActive: active === 1,
    made,
    changed: momentOf(row.updatedAt) ?? made,
  };
}

type Journey = { origin: string; start: string; end: string };

/**
 * The days of a watch: one departure, or a window of at most 100, where past ones do not count. A window of longer stays
 * than it can hold becomes one departure.
 */
async function datesOf(row: Row, { origin, start, end }: Journey, at: Date, lost: Losses) {
  const given = isMissing(row.flexDays) ? 0 : wholeOf(row.flexDays);
  if (given === undefined || given < 0) lost.add("flex.unclear", "flexDays", row.flexDays);
  const asked = Math.max(0, given ?? 0);
  const type = wordOf(row.tripType)?.toLowerCase();
  const isOneWay = type === "oneway" || (type === undefined && start === end);
  const nights = daysBetween(start, end);
  const latest = isOneWay ? end : start;
  const days = daysBetween(start, latest);
  const today = await todayOf(origin, latest, asked, at);
  const more = most.departures - 1;
  const room = Math.max(0, Math.floor((more - days) / 2), today === undefined ? 0 : more - daysBetween(today, latest));
  const flex = !isOneWay && nights > most.nights ? 0 : Math.min(asked, room);
  if (flex < asked) lost.add("flex.cut", "flexDays", row.flexDays);
  const past = today === undefined ? 0 : Math.max(0, daysBetween(start, today));
  const kept = Math.min(days, past + more);
  if (kept < days) lost.add("end.cut", "end", row.end);
  const [from, to] = [addDays(start, -flex), addDays(start, kept + flex)];
  const none = { departureDate: null, returnDate: null, departureFrom: null, departureTo: null, stayNights: null };
  if (from === to) return { ...none, departureDate: from, returnDate: isOneWay ? null : end };
  return { ...none, departureFrom: from, departureTo: to, stayNights: isOneWay ? null : { min: nights, max: nights } };
}

/** The day by the origin's clock; undefined where all departures, the last `flex` days after `latest`, are over. */
async function todayOf(origin: string, latest: string, flex: number, at: Date): Promise<string | undefined> {
  const zone = await zoneOf(origin);
  const soonest = localDay(zone, at.getTime() + 3 * msPerHour);
  return daysBetween(latest, soonest) > flex ? undefined : localDay(zone, at.getTime());
}
