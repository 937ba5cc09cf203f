import { msPerDay } from "./day.ts";

const minute = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const midnightOffsets = new Map<string, Map<number, number>>();

/** The number of minutes by which `zone` is ahead of UTC at `utc` (ms). */
export function offset(zone: string, utc: number): number {
  const today = Math.floor(utc / msPerDay);
  const atStart = offsetAtMidnight(zone, today);
  return atStart === offsetAtMidnight(zone, today + 1) ? atStart : intlOffset(zone, utc);
}

/**
 * The instant (ms) at which clocks in `zone` show `local`: minutes since 1970, counted as if the local time were UTC. A
 * local time that the clocks skip counts as one hour later in zones ahead of UTC, one hour earlier in zones behind it.
 */
export function instant(zone: string, local: number): number {
  const naive = local * minute;
  const guess = naive - offset(zone, naive) * minute;
  return naive - offset(zone, guess) * minute;
}

/** The instant (ms) at which clocks in `zone` show `YYYY-MM-DDTHH:MM`. */
export function instantOf(zone: string, local: string): number {
  return instant(zone, Date.parse(`${local}Z`) / minute);
}

/** The local time in `zone` at `utc` (ms): minutes since 1970, counted as if the local time were UTC. */
export function localMinutes(zone: string, utc: number): number {
  return utc / minute + offset(zone, utc);
}

/** Minutes since 1970 → `YYYY-MM-DDTHH:MM`. */
export function formatLocal(local: number): string {
  return new Date(local * minute).toISOString().slice(0, 16);
}

/** 115 minutes → PT1H55M. */
export function isoDuration(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `PT${hours ? `${hours}H` : ""}${rest ? `${rest}M` : ""}`;
}

/**
 * The offset at the start of day `index` (days since 1970, UTC), cached. An offset changes at most once between two
 * midnights, and Intl costs more than the rest of a search.
 */
function offsetAtMidnight(zone: string, index: number): number {
  const offsets = midnightOffsets.get(zone) ?? new Map<number, number>();
  const found = offsets.get(index) ?? intlOffset(zone, index * msPerDay);
  midnightOffsets.set(zone, offsets.set(index, found));
  return found;
}

function intlOffset(zone: string, utc: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset", hour: "numeric" });
    formats.set(zone, format);
  }
  const name = format.formatToParts(utc).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
