const minute = 60_000;
const day = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const midnights = new Map<string, Map<number, number>>();

/** Minutes that clocks in `zone` are ahead of UTC at `utc` (ms). */
export function offset(zone: string, utc: number): number {
  const today = Math.floor(utc / day);
  const before = atMidnight(zone, today);
  return before === atMidnight(zone, today + 1) ? before : exact(zone, utc);
}

/** The instant (ms) at which clocks in `zone` show `local`, minutes since 1970 as if they were UTC's. A skipped hour is the one after it. */
export function instant(zone: string, local: number): number {
  const naive = local * minute;
  const guess = naive - offset(zone, naive) * minute;
  return naive - offset(zone, guess) * minute;
}

/** The instant (ms) at which clocks in `zone` show `YYYY-MM-DDTHH:MM`. */
export function instantOf(zone: string, local: string): number {
  return instant(zone, Date.parse(`${local}Z`) / minute);
}

/** What clocks in `zone` show at `utc` (ms), in minutes since 1970. */
export function wall(zone: string, utc: number): number {
  return utc / minute + offset(zone, utc);
}

/** Minutes since 1970 → `YYYY-MM-DDTHH:MM`. */
export function show(local: number): string {
  return new Date(local * minute).toISOString().slice(0, 16);
}

/** 115 minutes → PT1H55M. */
export function iso(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `PT${hours ? `${hours}H` : ""}${rest ? `${rest}M` : ""}`;
}

/** Offsets change at most once between two midnights, and asking Intl costs more than the rest of a search. */
function atMidnight(zone: string, index: number): number {
  const days = midnights.get(zone) ?? new Map<number, number>();
  const found = days.get(index) ?? exact(zone, index * day);
  midnights.set(zone, days.set(index, found));
  return found;
}

function exact(zone: string, utc: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset", hour: "numeric" });
    formats.set(zone, format);
  }
  const name = format.formatToParts(utc).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
