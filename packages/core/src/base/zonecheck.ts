import { isoDay, msPerDay } from "./day.ts";
import { changes, edition, offset } from "./zone.ts";

/** How far ahead clocks are compared (days): as far as flights are sold. */
const ahead = 400;

/**
 * Compares our time zone data with the runtime's at `at`: the age of ours (days since they were seen to be the newest),
 * and those of `zones` whose clocks the runtime sets otherwise within 400 days. Only data that are newer than ours count
 * (`theirs`, such as "2026g"): older data differ because ours were renewed.
 */
export function compareWithRuntime(
  zones: Iterable<string>,
  at: Date,
  theirs: string = process.versions.tz ?? "",
): { ageDays: number; differing: string[] } {
  const { version, checked } = edition();
  const ageDays = Math.floor((Date.parse(isoDay(at)) - Date.parse(checked)) / msPerDay);
  if (theirs <= version) return { ageDays, differing: [] };
  return { ageDays, differing: [...zones].filter((zone) => differs(zone, at.getTime())) };
}

/** Looks at each month, and on both sides of each change that we know. */
function differs(zone: string, from: number): boolean {
  const until = from + ahead * msPerDay;
  const months = Array.from({ length: ahead / 30 }, (_, month) => from + month * 30 * msPerDay);
  const beside = changes(zone, from, until).flatMap((at) => [at - 60_000, at]);
  const clock = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  return [...months, ...beside].some((at) => runtimeOffset(clock, at) !== offset(zone, at));
}

/** "GMT+05:30" → 330. */
function runtimeOffset(clock: Intl.DateTimeFormat, at: number): number {
  const name = clock.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
