import * as v from "valibot";
import { msPerDay } from "../base/day.ts";
import { Problem } from "../base/error.ts";
import * as Channel from "../channel.ts";
import * as Flight from "../flight.ts";
import * as Watch from "../watch.ts";
import { notePresence } from "./present.ts";
import { type Info, Unsubscribe, Use } from "./schema.ts";
import { type Purpose, readLink, type Signed } from "./sign.ts";

/** How long a snooze lasts, and how much of it must be left for another use to change nothing (days). */
const snoozeDays = 7;
const leftDays = 6;

/**
 * Says what a link does, and for which watch, without doing it. `at` is product time, `real` the time by which links end.
 * @throws ValiError, Problem `link.dead`
 */
export async function preview(input: unknown, at: Date, real: Date): Promise<Info> {
  const { token } = v.parse(Use, input);
  const signed = read(token, real);
  return describe(signed, await watchOf(signed, at), at);
}

/**
 * Does what a link says, as its reader would with a session: snoozes its watch for 7 days, pauses or ends it, keeps
 * silent watches going, also those that have paused since, or switches alerts by e-mail off. Doing it twice is the same as once, and each use shows that
 * its reader is there.
 * @throws ValiError, Problem `link.dead` for a token that is forged, altered, too old, for another purpose, or about what
 * is no more, `watch.busy`
 */
export async function use(input: unknown, at: Date, real: Date): Promise<Info> {
  const { token } = v.parse(Use, input);
  const signed = read(token, real);
  const before = await watchOf(signed, at);
  const isThere = await notePresence(signed.userId, real);
  if (!isThere) throw dead();
  const after = isDone(signed.purpose, before, at) ? before : await act(signed, before, at);
  return describe(signed, after, at);
}

/**
 * Switches alerts by e-mail off, for all watches: what a mail program posts (RFC 8058). Takes no link for another purpose.
 * @throws ValiError, Problem `link.dead`
 */
export async function unsubscribe(input: unknown, real: Date): Promise<void> {
  const { token } = v.parse(Unsubscribe, input);
  const { purpose, userId } = read(token, real);
  if (purpose !== "unsubscribe" || !(await notePresence(userId, real))) throw dead();
  await Channel.turnMailOff(userId, "unsubscribed");
}

/** One answer for every link that does nothing any more, so that nothing is learned from it. */
const dead = () => new Problem("missing", "link.dead", "This link does nothing any more.");

function read(token: string, real: Date): Signed {
  const signed = readLink(token, real);
  if (!signed) throw dead();
  return signed;
}

const ofWatch: Purpose[] = ["snooze", "stop", "booked"];

async function watchOf({ purpose, userId, watchId }: Signed, at: Date): Promise<Watch.Info | null> {
  if (!ofWatch.includes(purpose)) return null;
  if (watchId === null) throw dead();
  return Watch.get(userId, watchId, at).catch((error: unknown) => {
    throw error instanceof Problem && error.code === "watch.missing" ? dead() : error;
  });
}

async function act({ purpose, userId }: Signed, watch: Watch.Info | null, at: Date): Promise<Watch.Info | null> {
  if (purpose === "unsubscribe") await Channel.turnMailOff(userId, "unsubscribed");
  if (purpose === "keep") await Watch.resumeSilent(userId, at);
  if (watch === null) return null;
  const { id } = watch;
  const work = {
    snooze: () => Watch.snooze(userId, id, { days: snoozeDays }, at),
    stop: () => Watch.pause(userId, id, at),
  };
  const done = purpose === "booked" ? Watch.markBooked(userId, id, {}, at) : work[purpose as keyof typeof work]();
  return done.catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "watch.busy")
      throw new Problem("limit", "watch.busy", "This watch is changing right now.", { retryAfter: 1 });
    // It ended, or was deleted, in between.
    throw ["watch.missing", "watch.ended"].includes(error.code) ? dead() : error;
  });
}

/** Whether using the link would change nothing: an ended watch is stopped, and neither snoozed nor booked. */
function isDone(purpose: Purpose, watch: Watch.Info | null, at: Date): boolean {
  if (watch === null) return false;
  if (watch.state === "ended") return true;
  if (purpose === "stop") return watch.state === "paused";
  const left = Date.parse(watch.snoozedUntil ?? "") - at.getTime();
  return purpose === "snooze" && left > leftDays * msPerDay;
}

async function describe({ purpose }: Signed, watch: Watch.Info | null, at: Date): Promise<Info> {
  if (watch === null) return { purpose, isDone: false, watch: null, places: {} };
  const { id, origin, destination, departureDate, returnDate, departureFrom, departureTo, weekendsIn } = watch;
  const { places } = await Flight.namesOf([origin, destination].flat(), []);
  const { state, snoozedUntil } = watch;
  const days = { departureDate, returnDate, departureFrom, departureTo, weekendsIn };
  return {
    purpose,
    isDone: isDone(purpose, watch, at),
    watch: { id, origin, destination, ...days, state, snoozedUntil },
    places,
  };
}
