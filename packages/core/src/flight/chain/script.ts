import { inOwnRequest, scriptFile } from "../../base/cache.ts";
import { isoDay, monthNumber, msPerDay, startOfMonth } from "../../base/day.ts";
import { env } from "../../base/env.ts";
import { callsKey, dayEnd } from "../payer.ts";
import type { Rate } from "../provider.ts";

export type Purpose = "person" | "background";

/** The outcome of a call; `abandoned` when its caller no longer needed the answer. */
export type Outcome =
  | "ok"
  | "partial"
  | "no_results"
  | "provider_error"
  | "rate_limited"
  | "expired"
  | "gone"
  | "abandoned";

/** `count` calls with this outcome; `probe` when it was the one call that an open breaker lets through. */
export type Report = { purpose: Purpose; outcome: Outcome; count: number; probe: boolean; rate?: Rate };

/** What Postgres knows of a provider: the switch, and the month's calls counted in other epochs than `epoch`. */
export type ProviderState = {
  epoch: string;
  enabled: boolean;
  version: number;
  month: number;
  spent: Record<Purpose, number>;
  /** Its epoch is a new one, under which Redis may begin to count. */
  fresh?: true;
};

/** A month's calls: those of people, those of watches, and the part of the watches' that is due by now. */
export type Budget = { person: number; background: number; due: number };

/** A wish for `count` calls; `payer` may make `most` calls a day. One that `confirms` belongs to a search before it. */
export type Ask = { purpose: Purpose; count: number; payer?: string; most?: number; confirms?: boolean };

/** A request to one provider's gate: reports first, then how many calls are wanted for which purpose. */
export type Request = {
  name: string;
  budget?: Budget | undefined;
  truth?: ProviderState;
  reports?: Report[];
  asks?: Ask[];
  /** Counts that Postgres holds and that no longer change. */
  forget?: string[];
  /** The day and the sum of its calls that Postgres was told. */
  written?: string;
};

/**
 * Why a call is refused: turned off, breaker open, rate exhausted, month used up, background calls being spread, or the
 * payer's calls of the day made.
 */
export type RefusalReason = "off" | "broken" | "limited" | "spent" | "slowed" | "share";

/** The first `granted` calls may run; the others not before `until` (ms), with `limit` calls allowed then. */
export type Grant = { granted: number; probe: boolean; why?: RefusalReason; until?: number; limit?: number };

/**
 * A grant for each ask, in their order. `missing` when Redis knows nothing of the provider: the request is repeated
 * with the state from Postgres.
 */
export type Reply = { missing?: true; grants?: Grant[] };

/** The one key with a provider's state: a hash; its times are in ms. */
export const keyOf = (name: string) => `provider:1:${name}`;

/**
 * A breaker opens for `rest` after `failures` failures within `window`, if they are half of its calls; `lease` is the
 * time of a probe.
 */
const breaker = { failures: 5, window: 60_000, rest: 30_000, lease: 30_000 };
/**
 * The share of the rate that is kept for people, and for watches, and how long a provider rests that reports "too many
 * requests" without a time.
 */
const rate = { share: 0.25, rest: 10_000 };

/** How long a provider's state stays after its last request (seconds): 40 days, longer than the month it counts. */
export const keptSeconds = 40 * 24 * 3600;

const gate = scriptFile(new URL("gate.lua", import.meta.url));

/** Reports to and asks the gates of several providers at `now`, all or nothing, in one request to Redis. */
export async function runGate(wants: Request[], now: Date): Promise<Reply[]> {
  const time = now.getTime();
  const told = wants.map(({ name: _, reports = [], ...want }) => ({
    ...want,
    reports: reports.map(({ rate: said, ...report }) => ({
      ...report,
      ...(said ? { rate: { ...said, resets: Date.parse(said.resetsAt) } } : {}),
    })),
  }));
  const given = {
    ...{ now: time, day: isoDay(now), month: monthNumber(now), ends: monthEnd(now), wants: told },
    ...{ ...breaker, share: rate.share, pause: rate.rest, dayEnds: dayEnd(now), kept: keptSeconds },
  };
  const keys = [...wants.map(({ name }) => keyOf(name)), callsKey(now)];
  return JSON.parse(await inOwnRequest((questions) => questions.run<string>(gate(), keys, [JSON.stringify(given)])));
}

export const monthEnd = (moment: Date) => startOfMonth(moment, 1);

/**
 * Watches have their share of a month's calls, up to one day's part ahead of the calendar; beyond that they are spread.
 * People have the rest. Neither can spend what is the other's.
 */
export function budgetAt(calls: number, now: Date): Budget {
  const [start, end] = [startOfMonth(now), monthEnd(now)];
  const background = Math.floor((calls * env.FLIGHT_WATCH_SHARE) / 100);
  const passed = Math.min(1, (now.getTime() - start + msPerDay) / (end - start));
  return { person: calls - background, background, due: Math.floor(background * passed) };
}
