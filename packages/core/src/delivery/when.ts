import { isoDay, msPerDay } from "../base/day.ts";
import { instant, localDay, localMinutes } from "../base/zone.ts";

/**
 * When a person wants messages, on the clocks of `timeZone` (UTC without one). Times of day are minutes after midnight;
 * `pausedUntil` is a day, `YYYY-MM-DD`.
 */
export type Wishes = {
  timeZone: string | null;
  messagesADay: number;
  digestAt: number;
  quiet: { from: number; to: number } | null;
  pausedUntil: string | null;
};

/**
 * When a message goes out (UTC ms): by itself, or as the part of a digest. A `held` one waits, so that its prices are
 * looked at again before it goes.
 */
export type Slot = { kind: "alerts" | "digest"; due: number; held: boolean };

const minutesADay = 24 * 60;

/**
 * The slot of an alert that was given at `at` (UTC ms). `others` are the slots of the person's other messages of alerts
 * of the last two days and to come: alerts of one slot are one message, and only the messages of the same local day
 * count against the most a day. Pure.
 */
export function slotOf(wishes: Wishes, others: readonly number[], at: number): Slot {
  const zone = wishes.timeZone ?? "UTC";
  const { pausedUntil } = wishes;
  if (pausedUntil !== null && localDay(zone, at) < pausedUntil) {
    const start = instant(zone, minutesOf(pausedUntil));
    return { kind: "digest", due: nextTime(zone, wishes.digestAt, start), held: true };
  }
  const due = afterQuiet(wishes, at);
  const day = localDay(zone, due);
  const today = new Set(others.filter((other) => localDay(zone, other) === day));
  if (today.has(due) || today.size < wishes.messagesADay) return { kind: "alerts", due, held: due > at };
  return { kind: "digest", due: nextTime(zone, wishes.digestAt, due + 1), held: true };
}

/** The first moment (UTC ms) from `at` on that is outside the quiet hours. */
export function afterQuiet({ timeZone, quiet }: Wishes, at: number): number {
  if (!quiet) return at;
  const zone = timeZone ?? "UTC";
  const local = mod(localMinutes(zone, at), minutesADay);
  const isQuiet =
    quiet.from < quiet.to ? local >= quiet.from && local < quiet.to : local >= quiet.from || local < quiet.to;
  return isQuiet ? nextTime(zone, quiet.to, at) : at;
}

/** The first moment (UTC ms) from `from` on at which the clocks of `zone` show this time of day. */
function nextTime(zone: string, minutes: number, from: number): number {
  // A time that the clocks skip moves forward, perhaps past `from`; so the day before is tried too.
  for (let day = Date.parse(localDay(zone, from)) - msPerDay; ; day += msPerDay) {
    const moment = instant(zone, minutesOf(isoDay(day)) + minutes);
    if (moment >= from) return moment;
  }
}

const minutesOf = (day: string) => Date.parse(day) / 60_000;
const mod = (value: number, by: number) => ((value % by) + by) % by;
