import { transaction } from "../../base/db.ts";
import * as Money from "../../base/money.ts";
import { verdictOf } from "../../fare.ts";
import { missing } from "../errors.ts";
import { selectWatch } from "../select.ts";
import { type SelectedWatch, toInfo as toWatch } from "../shape.ts";
import { selectUnread, toUnread } from "../unread.ts";
import { selectReplay, toInfo, toReplay } from "./decisions.ts";
import { days, isEnough, type StandingRow, selectStanding, toStanding } from "./history.ts";
import { selectSpan, snapshot } from "./read.ts";
import { replay } from "./replay.ts";
import { toRuns } from "./runs.ts";
import { type Compared, maxDays, type Overview } from "./schema.ts";

/** The decisions of an overview, each of one check or of like ones in a row. */
const lately = 3;

/**
 * Returns what a screen shows of a watch's present series at `at`, in one request: it reads the newest 50,000 checks.
 * @throws Problem `watch.missing` (also for another user's)
 */
export async function overview(userId: string, id: string, at: Date): Promise<Overview> {
  const { read, cutAt } = days(undefined);
  const { watch, standings, seen, unread, ...past } = await transaction(
    {
      watch: selectWatch(userId, id),
      standings: selectStanding(selectSpan(userId, id, undefined), at),
      seen: read(selectSpan(userId, id, undefined), maxDays),
      unread: selectUnread(userId),
      ...selectReplay(userId, id, undefined, Number.POSITIVE_INFINITY),
    },
    snapshot,
  );
  const info = await toWatch(watch[0] as SelectedWatch | undefined, at);
  const standing = standings[0] as StandingRow;
  const { currency, given, ...walk } = toReplay(past);
  const steps = replay(walk).reverse();
  const runs = toRuns(steps, true).slice(0, lately);
  return {
    days: cutAt(seen, maxDays, currency).items,
    standing: toStanding(standing, info),
    insight: toCompared(standing),
    alerts: steps.flatMap(({ check: { at, price }, decision }) =>
      "fired" in decision && price !== null
        ? {
            at: new Date(at).toISOString(),
            price: Money.toInfo(price, currency),
            rules: decision.fired.map(({ rule }) => rule),
          }
        : [],
    ),
    // The first is how the watch was made.
    changes: walk.changes.slice(1).flatMap(({ at = null }) => (at === null ? [] : new Date(at).toISOString())),
    decisions: runs.map((run) => toInfo(run, currency, given)),
    unread: toUnread(unread),
  };
}

/**
 * Compares the last price of what is watched, be it one fare or many, with those found in the 90 days before `at`.
 * @throws Problem `watch.missing` (also for another user's)
 */
export async function insight(userId: string, id: string, at: Date): Promise<Compared> {
  const [standing] = (await selectStanding(selectSpan(userId, id, undefined), at)) as StandingRow[];
  if (!standing) throw missing();
  return toCompared(standing);
}

function toCompared({ checks, days, below, percentiles, last, currency }: StandingRow): Compared {
  const show = (minor: number) => Money.toInfo(minor, currency);
  const price = last?.price ?? null;
  const always = {
    sample: { of: "watch" as const, observations: checks, days },
    price: price === null ? null : show(price),
  };
  if (!percentiles || !isEnough({ checks, days })) {
    const missing = { lowest: null, highest: null, quartiles: null, median: null, rank: null };
    return { ...always, ...missing, verdict: "not enough data" };
  }
  const [lowest, lower, median, upper, highest] = percentiles;
  return {
    ...always,
    lowest: show(lowest),
    highest: show(highest),
    quartiles: { lower: show(lower), upper: show(upper) },
    median: show(median),
    rank: price === null ? null : Math.floor((100 * below) / checks),
    verdict: verdictOf(price, percentiles, below / checks),
  };
}
