/** When messages come, in the clocks of `zone`: times as `HH:MM`. */
export type Wishes = {
  zone: string;
  quiet: { from: string; to: string } | null;
  messagesADay: number;
};

/** How many alerts would have come when. */
export type Meaning = { atOnce: number; afterNight: number; inDigest: number };

/**
 * What these wishes would have meant for alerts of these instants (ISO 8601), as the delivery decides it: alerts of one
 * moment are one message, quiet hours hold them until their end, and what is more than the most a day waits for the digest,
 * which does not count among them.
 */
export function meaningOf(instants: string[], { zone, quiet, messagesADay }: Wishes): Meaning {
  const clock = clockOf(zone);
  const messages = new Map<string, Set<string>>();
  const ofDay = (day: string) => {
    const known = messages.get(day) ?? new Set<string>();
    messages.set(day, known);
    return known;
  };
  const meaning: Meaning = { atOnce: 0, afterNight: 0, inDigest: 0 };
  for (const instant of [...instants].sort()) {
    const { day: seen, time } = clock(instant);
    const night = quiet && endOfNight(seen, time, quiet);
    const day = night ?? seen;
    const moment = night && quiet ? sharp(quiet.to) : time;
    const today = ofDay(day);
    if (today.has(moment) || today.size < messagesADay) {
      today.add(moment);
      meaning[night ? "afterNight" : "atOnce"] += 1;
    } else meaning.inDigest += 1;
  }
  return meaning;
}

/** A time of day as the clocks of this file have it: `HH:MM:SS.sss`. */
const sharp = (time: string) => `${time}:00.000`;

/** The day on which the quiet hours end that hold at this time; null where none do. */
function endOfNight(day: string, time: string, { from, to }: { from: string; to: string }): string | null {
  const [start, end] = [sharp(from), sharp(to)];
  if (start < end) return time >= start && time < end ? day : null;
  if (time >= start) return dayAfter(day);
  return time < end ? day : null;
}

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

/** Reads an instant on the clocks of a zone: its day, and its time as `HH:MM:SS.sss`. */
function clockOf(timeZone: string) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (instant: string) => {
    const parts = Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
    const seconds = new Date(instant).toISOString().slice(17, 23);
    return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}:${seconds}` };
  };
}
