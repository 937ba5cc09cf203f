import type { Claimed } from "./claim.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** The rests between the tries of an event, in seconds: after the last one it is given up. */
const eventRests = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
/** By how much a rest is longer or shorter, by chance, so that messages that failed together do not come back together. */
const spread = 0.2;

/**
 * After how many seconds a message is tried again, or null when it is given up. A webhook is tried for three days;
 * anything else after 1, 2, 4, … and then 60 minutes, for a day from its first try on. `after` is what the other side
 * asked for (seconds), of which a day is heeded.
 */
export function nextTry(
  { channel, attempts, createdAt, triedAt }: Pick<Claimed, "channel" | "attempts" | "createdAt" | "triedAt">,
  after: number | undefined,
  real: Date,
): number | null {
  const asked = Math.min(after ?? 0, day);
  if (channel?.kind === "webhook") {
    const rest = eventRests[attempts - 1];
    if (rest === undefined) return null;
    return Math.max(rest * (1 - spread + 2 * spread * Math.random()), asked);
  }
  // A message that was held may be older than a day when it is first tried. One of an older version has no `triedAt`.
  const since = triedAt ?? (attempts > 1 ? createdAt : real.getTime());
  if (since <= real.getTime() - day * 1000) return null;
  return Math.max(Math.min(hour, 2 ** Math.min(attempts - 1, 6) * minute), asked);
}
