import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import type { Rate } from "../provider.ts";
import { grantCalls, readStates } from "./ledger.ts";
import {
  budgetAt,
  type Grant,
  monthEnd,
  type Outcome,
  type Purpose,
  type RefusalReason,
  type Reply,
  type Report,
  type Request,
  runGate,
} from "./script.ts";

/** A provider behind a gate: its name, and the most calls a month (UTC), or null where calls cost nothing. */
export type GatedProvider = { name: string; budget: number | null };

/** A call that is allowed, and counted. */
export type GrantedCall = { name: string; purpose: Purpose; probe: boolean };
/** A call that is refused; `rate` says when there may be more. */
export type Refusal = { refused: RefusalReason; rate?: Rate };

export type Gate = {
  /** Asks whether the provider may be called now. */
  enter(name: string, purpose: Purpose): Promise<GrantedCall | Refusal>;
  /** Reports the outcome of the call. */
  leave(pass: GrantedCall, outcome: Outcome, rate: Rate | undefined): Promise<void>;
};

type Entering = { name: string; purpose: Purpose; answer: (answer: GrantedCall | Refusal) => void };
type Leaving = { name: string; report: Report; answer: () => void };

/** After Redis did not answer, it is not asked again for this long (ms). */
const redisRestMs = 5_000;
/** The longest that a report is waited for (ms), because an answer is ready to be returned. */
const reportTimeoutMs = 500;
/** Without Redis: after this many failures in a row in this process, a provider rests for `rest` (ms). */
const breaker = { failures: 5, rest: 30_000 };

/**
 * The gate that all processes ask before they call a provider, and report to afterwards. Requests and reports made
 * while one request to Redis is under way leave together in the next one, so that sixty-four calls cost as much as one.
 * Without Redis, calls are counted in Postgres, with a breaker of this process alone, and background calls that cost
 * money wait. Without either, only a provider that costs nothing is called.
 */
export function createGate(gated: GatedProvider[], clock: () => Date): Gate {
  const budgets = new Map(gated.map(({ name, budget }) => [name, budget]));
  const resting = new Map<string, { failures: number; until: number }>();
  let entering: Entering[] = [];
  let leaving: Leaving[] = [];
  let running = false;
  let absentUntil = 0;

  async function drain(): Promise<void> {
    if (running) return;
    running = true;
    do {
      // Requests of the same turn of the event loop join this round.
      await turn();
      const [asks, reports] = [entering, leaving];
      [entering, leaving] = [[], []];
      const now = clock();
      answerEntering(asks, (await served(asks, reports, now)) ?? (await withoutRedis(asks, now)));
      for (const { answer } of reports) answer();
    } while (entering.length + leaving.length > 0);
    running = false;
  }

  /** Each provider's reply, or undefined where Redis, or the state from Postgres that it lacks, is unavailable. */
  async function served(asks: Entering[], reports: Leaving[], now: Date): Promise<Map<string, Reply> | undefined> {
    if (now.getTime() < absentUntil) return undefined;
    const wants = uniqueNames([...asks, ...reports]).map((name): Request => {
      const budget = budgets.get(name) ?? null;
      return {
        name,
        budget: budget === null ? undefined : budgetAt(budget, now),
        asks: { person: count(asks, name, "person"), background: count(asks, name, "background") },
        reports: mergeReports(reports.filter((each) => each.name === name).map(({ report }) => report)),
      };
    });
    try {
      const replies = new Map(await repliesOf(wants, now));
      const unknown = wants.filter(({ name }) => replies.get(name)?.missing);
      if (unknown.length === 0) return replies;
      const told = await readStates(uniqueNames(unknown), now);
      const again = unknown.map((want, index) => ({ ...want, truth: told[index] }));
      return new Map([...replies, ...(await repliesOf(again, now))]);
    } catch {
      absentUntil = now.getTime() + redisRestMs;
      return undefined;
    }
  }

  async function withoutRedis(asks: Entering[], now: Date): Promise<Map<string, Reply>> {
    const free = (name: string) => (budgets.get(name) ?? null) === null;
    const groups = uniqueNames(asks).flatMap((name) =>
      (["person", "background"] as const).map((purpose) => ({ name, purpose, count: count(asks, name, purpose) })),
    );
    const rests = ({ name }: { name: string }) => (resting.get(name)?.until ?? 0) > now.getTime();
    const wishes = groups
      .filter((group) => group.count > 0 && !rests(group) && (group.purpose === "person" || free(group.name)))
      .map((group) => ({ ...group, most: budgets.get(group.name) ?? null }));
    const drawn = wishes.length > 0 ? await grantCalls(wishes, now).catch(() => undefined) : [];
    const replies = new Map<string, Reply>(uniqueNames(asks).map((name) => [name, {}]));
    for (const group of groups) {
      const { name, purpose } = group;
      const index = wishes.findIndex((wish) => wish.name === name && wish.purpose === purpose);
      Object.assign(replies.get(name) ?? {}, { [purpose]: grant(group, drawn?.[index]) });
    }
    return replies;

    function grant(
      group: { name: string; purpose: Purpose; count: number },
      found: { enabled: boolean; granted: number } | undefined,
    ): Grant {
      const limit = budgets.get(group.name) ?? 0;
      const none = { granted: 0, probe: false, limit };
      if (rests(group)) return { ...none, why: "broken" };
      if (found && !found.enabled) return { ...none, why: "off" };
      if (found) return { ...none, granted: found.granted, why: "spent", until: monthEnd(now) };
      if (free(group.name)) return { ...none, granted: group.count };
      return { ...none, why: "slowed", until: now.getTime() + redisRestMs };
    }
  }

  return {
    enter: (name, purpose) =>
      new Promise((answer) => {
        entering.push({ name, purpose, answer });
        drain();
      }),
    async leave({ name, purpose, probe }, outcome, rate) {
      note(name, outcome);
      const quit = new AbortController();
      const told = new Promise<void>((answer) => {
        leaving.push({ name, report: { purpose, outcome, count: 1, probe, ...(rate ? { rate } : {}) }, answer });
        drain();
      });
      await Promise.race([told, wait(reportTimeoutMs, undefined, quit).catch(() => undefined)]);
      quit.abort();
    },
  };

  function note(name: string, outcome: Outcome): void {
    if (outcome === "abandoned") return;
    const failures = outcome === "provider_error" ? (resting.get(name)?.failures ?? 0) + 1 : 0;
    resting.set(name, { failures, until: failures >= breaker.failures ? clock().getTime() + breaker.rest : 0 });
  }
}

const uniqueNames = (each: { name: string }[]) => [...new Set(each.map(({ name }) => name))];

const count = (asks: Entering[], name: string, purpose: Purpose) =>
  asks.filter((each) => each.name === name && each.purpose === purpose).length;

async function repliesOf(wants: Request[], now: Date): Promise<[name: string, reply: Reply][]> {
  const replies = await runGate(wants, now);
  return wants.map(({ name }, index) => [name, replies[index] ?? {}]);
}

/** Gives the granted calls to the first requests for them. */
function answerEntering(asks: Entering[], replies: Map<string, Reply>): void {
  const given = new Map<Grant, number>();
  for (const { name, purpose, answer } of asks) {
    const grant = replies.get(name)?.[purpose] as Grant;
    const before = given.get(grant) ?? 0;
    given.set(grant, before + 1);
    answer(before < grant.granted ? { name, purpose, probe: grant.probe } : refusal(grant));
  }
}

function refusal({ why = "off", limit = 0, until }: Grant): Refusal {
  if (until === undefined) return { refused: why };
  return { refused: why, rate: { limit, remaining: 0, resetsAt: new Date(until).toISOString() } };
}

/** Adds up reports that are alike; their rate is the lowest remaining one of the latest window. */
function mergeReports(reports: Report[]): Report[] {
  const kinds = new Map<string, Report>();
  for (const report of reports) {
    const kind = JSON.stringify([report.purpose, report.outcome, report.probe]);
    const before = kinds.get(kind);
    const rate = scarcerRate(before?.rate, report.rate);
    kinds.set(kind, { ...report, count: report.count + (before?.count ?? 0), ...(rate ? { rate } : {}) });
  }
  return [...kinds.values()];
}

function scarcerRate(one: Rate | undefined, other: Rate | undefined): Rate | undefined {
  if (!one || !other) return one ?? other;
  if (one.resetsAt !== other.resetsAt) return one.resetsAt > other.resetsAt ? one : other;
  return one.remaining < other.remaining ? one : other;
}
