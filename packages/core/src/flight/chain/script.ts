import { inOwnRequest, scriptFile } from "../../base/cache.ts";
import { isoDay, monthNumber, msPerDay, startOfMonth } from "../../base/day.ts";
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
};

/** A month's calls: all of them, those that background calls may be among, and the part of these that is due by now. */
export type Budget = { most: number; spare: number; due: number };

/** A request to one provider's gate: reports first, then how many calls are wanted for which purpose. */
export type Request = {
  name: string;
  budget?: Budget | undefined;
  truth?: ProviderState;
  reports?: Report[];
  asks?: Partial<Record<Purpose, number>>;
  /** Counts that Postgres holds and that no longer change. */
  forget?: string[];
};

/** Why a call is refused: turned off, breaker open, rate exhausted, month used up, or background calls being spread. */
export type RefusalReason = "off" | "broken" | "limited" | "spent" | "slowed";

/** The first `granted` calls may run; the others not before `until` (ms), with `limit` calls allowed then. */
export type Grant = { granted: number; probe: boolean; why?: RefusalReason; until?: number; limit?: number };

/** `missing` when Redis knows nothing of the provider: the request is repeated with the state from Postgres. */
export type Reply = { missing?: true } & Partial<Record<Purpose, Grant>>;

/** The one key with a provider's state: a hash; its times are in ms. */
export const keyOf = (name: string) => `provider:1:${name}`;

/**
 * A breaker opens for `rest` after `failures` failures within `window`, if they are half of its calls; `lease` is the
 * time of a probe.
 */
const breaker = { failures: 5, window: 60_000, rest: 30_000, lease: 30_000 };
/**
 * The share of the rate that is kept for users, and how long a provider rests that reports "too many requests" without
 * a time.
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
    ...{ ...breaker, share: rate.share, pause: rate.rest, kept: keptSeconds },
  };
  const keys = wants.map(({ name }) => keyOf(name));
  return JSON.parse(await inOwnRequest((questions) => questions.run<string>(gate(), keys, [JSON.stringify(given)])));
}

export const monthEnd = (moment: Date) => startOfMonth(moment, 1);

/** Four fifths may go to background calls, up to one day's share ahead of the calendar; beyond that they are spread. */
export function budgetAt(calls: number, now: Date): Budget {
  const [start, end] = [startOfMonth(now), monthEnd(now)];
  const spare = Math.floor(calls * 0.8);
  const passed = Math.min(1, (now.getTime() - start + msPerDay) / (end - start));
  return { most: calls, spare, due: Math.floor(spare * passed) };
}
