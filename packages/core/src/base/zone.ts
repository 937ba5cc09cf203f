import { isoDay, msPerDay } from "./day.ts";
import { readShipped } from "./file.ts";

/**
 * Local times, by offsets that ship with the code (zones.json, made by `npm run zones`) and not by the runtime's time
 * zone data, which differ between versions of Node. Offsets are known from `first` to `last` year of the file; before
 * and after, the nearest known offset applies. Every function throws a RangeError for a zone that is not in the file.
 */

const minute = 60_000;
/** More than any offset (ms). */
const reach = 24 * 60 * minute;

/**
 * The offsets of one zone in order, in minutes ahead of UTC: `offsets[0]` applies until `changes[0]` (ms), and
 * `offsets[n]` from `changes[n - 1]` on.
 */
type History = { offsets: number[]; changes: number[] };

/**
 * `rows`: the current names of zones with one history, separated by blanks, and that history: an offset, then by turns
 * the moment of a change (minutes since 1970) and the offset from then on. `renamed`: former names and the current ones.
 */
type File = Edition & { rows: [names: string, history: number[]][]; renamed: Record<string, string> };

/**
 * The edition of the IANA time zone database that the file holds, the day on which it was published as a package, the
 * last day on which it was seen to be the newest, and the first and the last year that the file covers.
 */
export type Edition = { version: string; released: string; checked: string; first: number; last: number };

/** The age at which the file counts as old: half a year after it was seen to be the newest. */
export const maxAgeDays = 183;

type Zones = { edition: Edition; histories: Map<string, History>; current: Map<string, string> };

let loaded: Zones | undefined;

/** Reads the file at the first call: most Lambdas start without it. */
function zones(): Zones {
  loaded ??= read(JSON.parse(readShipped(new URL("zones.json", import.meta.url))));
  return loaded;
}

function read({ rows, renamed, ...edition }: File): Zones {
  const histories = new Map<string, History>();
  for (const [names, steps] of rows) {
    const history = {
      offsets: steps.filter((_, index) => index % 2 === 0),
      changes: steps.filter((_, index) => index % 2 === 1).map((moment) => moment * minute),
    };
    for (const name of names.split(" ")) histories.set(name, history);
  }
  const current = new Map([...histories.keys()].map((name) => [name.toLowerCase(), name]));
  for (const [old, name] of Object.entries(renamed)) {
    current.set(old.toLowerCase(), name);
    histories.set(old, histories.get(name)!);
  }
  return { edition, histories, current };
}

export function edition(): Edition {
  return zones().edition;
}

/**
 * The current IANA name of a zone that is given by its current or a former name, in any case (`europe/kiev` →
 * `Europe/Kyiv`); undefined if there is no such zone. All names of UTC and GMT become `UTC`.
 */
export function currentName(name: string): string | undefined {
  return zones().current.get(name.toLowerCase());
}

/** The number of minutes by which `zone` is ahead of UTC at `utc` (ms). */
export function offset(zone: string, utc: number): number {
  const history = historyOf(zone);
  return history.offsets[indexAt(history, utc)]!;
}

/** The moments (ms) after `from` and before `to` at which the clocks of `zone` change. */
export function changes(zone: string, from: number, to: number): number[] {
  return historyOf(zone).changes.filter((moment) => moment > from && moment < to);
}

/**
 * The instant (ms) at which clocks in `zone` show `local`: minutes since 1970, counted as if the local time were UTC. A
 * local time that the clocks skip moves forward by the gap (02:30 becomes 03:30 where they skip from 02:00 to 03:00); of
 * one that they show twice, it is the first.
 */
export function instant(zone: string, local: number): number {
  const { offsets, changes } = historyOf(zone);
  const naive = local * minute;
  const begin = indexAt({ offsets, changes }, naive - reach);
  const at = (index: number) => naive - offsets[index]! * minute;
  let index = begin;
  while (index < changes.length && at(index) >= changes[index]!) index++;
  return index === begin || at(index) >= changes[index - 1]! ? at(index) : at(index - 1);
}

/** The instant (ms) at which clocks in `zone` show `YYYY-MM-DDTHH:MM`. */
export function instantOf(zone: string, local: string): number {
  return instant(zone, Date.parse(`${local}Z`) / minute);
}

/** The local time in `zone` at `utc` (ms): minutes since 1970, counted as if the local time were UTC. */
export function localMinutes(zone: string, utc: number): number {
  return utc / minute + offset(zone, utc);
}

/** The local day `YYYY-MM-DD` in `zone` at `utc` (ms). */
export function localDay(zone: string, utc: number): string {
  return isoDay(localMinutes(zone, utc) * minute);
}

/**
 * The clocks of all zones, by current and former names: the offset at `utc` (ms), and when it changes within two days
 * (seconds since 1970) and to which; null and the same offset if it does not.
 */
export function clocksAt(utc: number): Record<string, [now: number, changesAt: number | null, then: number]> {
  const clocks: Record<string, [number, number | null, number]> = {};
  for (const [name, history] of zones().histories) {
    const index = indexAt(history, utc);
    const change = history.changes[index];
    const soon = change !== undefined && change < utc + 2 * msPerDay;
    clocks[name] = [history.offsets[index]!, soon ? change / 1000 : null, history.offsets[soon ? index + 1 : index]!];
  }
  return clocks;
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

function historyOf(zone: string): History {
  const history = zones().histories.get(zone);
  if (!history) throw new RangeError(`${zone} is no time zone`);
  return history;
}

/** The index of the offset that applies at `utc`: the number of changes that have happened by then. */
function indexAt({ changes }: History, utc: number): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle]! <= utc) low = middle + 1;
    else high = middle;
  }
  return low;
}
