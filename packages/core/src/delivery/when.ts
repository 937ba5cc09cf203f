import { isoDay, msPerDay } from "../base/day.ts";
import { instant, localDay, localMinutes, offset } from "../base/zone.ts";

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
 * Why an alert does not go at once: the quiet hours, the most a day, a pause of all messages, a sender that was late, or
 * channels that had failed.
 */
export type HeldBecause = "quiet" | "most" | "paused" | "late" | "outage";

/**
 * When a message goes out (UTC ms): by itself, or as the part of a digest. A `held` one waits, so that its prices are
 * looked at again before it goes; `because` says why.
 */
export type Slot = { kind: "alerts" | "digest"; due: number; held: boolean; because: HeldBecause | null };

const minutesADay = 24 * 60;

/**
 * The slot of an alert that was given at `at` (UTC ms). `others` are the slots of the person's other messages of alerts
 * of the last two days and to come: alerts of one slot are one message, and only the messages of the same local day
 * count against the most a day. Pure.
 */
export function slotOf(wishes: Wishes, others: readonly number[], at: number): Slot {
  const zone = wishes.timeZone ?? "UTC";
  const over = pauseOver(wishes, at);
  if (over !== null) return { kind: "digest", due: digestFrom(wishes, over), held: true, because: "paused" };
  const due = afterQuiet(wishes, at);
  const day = localDay(zone, due);
  const today = new Set(others.filter((other) => localDay(zone, other) === day));
  if (today.has(due) || today.size < wishes.messagesADay)
    return { kind: "alerts", due, held: due > at, because: due > at ? "quiet" : null };
  return { kind: "digest", due: digestFrom(wishes, due + 1), held: true, because: "most" };
}

/**
 * Until when (UTC ms) nothing may go to a person at `at`, and why; null where it may. What was planned before the person
 * changed the wishes, or is tried again, keeps to them too. Pure.
 */
export function restOf(wishes: Wishes, at: number): { until: number; because: "quiet" | "paused" } | null {
  const over = pauseOver(wishes, at);
  if (over !== null) return { until: digestFrom(wishes, over), because: "paused" };
  const until = afterQuiet(wishes, at);
  return until > at ? { until, because: "quiet" } : null;
}

/** When a pause of all messages is over (UTC ms), if it holds at `at`. */
function pauseOver({ timeZone, pausedUntil }: Wishes, at: number): number | null {
  const zone = timeZone ?? "UTC";
  return pausedUntil !== null && localDay(zone, at) < pausedUntil ? instant(zone, minutesOf(pausedUntil)) : null;
}

/** The first moment (UTC ms) of a digest from `from` on. One in the quiet hours waits for their end. */
const digestFrom = (wishes: Wishes, from: number) =>
  afterQuiet(wishes, nextTime(wishes.timeZone ?? "UTC", wishes.digestAt, from));

/** The first moment (UTC ms) from `at` on that is outside the quiet hours. */
export function afterQuiet({ timeZone, quiet }: Wishes, at: number): number {
  if (!quiet) return at;
  const zone = timeZone ?? "UTC";
  const local = mod(localMinutes(zone, at), minutesADay);
  const isQuiet =
    quiet.from < quiet.to ? local >= quiet.from && local < quiet.to : local >= quiet.from || local < quiet.to;
  if (!isQuiet) return at;
  // Of an end that the clocks show twice, the first may be over.
  const end = at + Math.round(mod(quiet.to - local, minutesADay) * 60_000);
  return offset(zone, end) === offset(zone, at) ? end : nextTime(zone, quiet.to, at);
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
