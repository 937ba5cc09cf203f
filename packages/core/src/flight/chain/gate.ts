import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import type { Call, Rate } from "../provider.ts";
import { grantCalls, readStates } from "./ledger.ts";
import {
  type Ask,
  type Budget,
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
  /** Asks whether the provider may be called now; a granted call is counted against its payer. */
  enter(name: string, call: Wanted): Promise<GrantedCall | Refusal>;
  /** Reports the outcome of the call. */
  leave(pass: GrantedCall, outcome: Outcome, rate: Rate | undefined): Promise<void>;
};

type Wanted = { purpose: Purpose } & Pick<Call, "payer" | "confirms">;
type Entering = Wanted & { name: string; answer: (answer: GrantedCall | Refusal) => void };
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
 * money wait. Without either, only a provider that costs nothing is called. `clock` is product time; by `realClock`
 * Redis is left alone for a while.
 */
export function createGate(gated: GatedProvider[], clock: () => Date, realClock = clock): Gate {
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
      const groups = groupAsks(asks);
      const grants = (await served(groups, reports, now)) ?? (await withoutRedis(groups, now));
      for (const group of groups) answerEntering(group, grants.get(group) ?? { granted: 0, probe: false });
      for (const { answer } of reports) answer();
    } while (entering.length + leaving.length > 0);
    running = false;
  }

  /** The shares of a provider's budget; undefined where its calls cost nothing. */
  function budgetOf(name: string, now: Date): Budget | undefined {
    const calls = budgets.get(name) ?? null;
    return calls === null ? undefined : budgetAt(calls, now);
  }

  /** The grant of each group, or undefined where Redis, or the state from Postgres that it lacks, is unavailable. */
  async function served(groups: Group[], reports: Leaving[], now: Date): Promise<Map<Group, Grant> | undefined> {
    if (realClock().getTime() < absentUntil) return undefined;
    const asked = uniqueNames([...groups, ...reports]).map((name) => ({
      name,
      groups: groups.filter((group) => group.name === name),
    }));
    const wants = asked.map(
      ({ name, groups }): Request => ({
        name,
        budget: budgetOf(name, now),
        asks: groups.map(toAsk),
        reports: mergeReports(reports.filter((each) => each.name === name).map(({ report }) => report)),
      }),
    );
    try {
      const replies = new Map(await repliesOf(wants, now));
      const unknown = wants.filter(({ name }) => replies.get(name)?.missing);
      if (unknown.length > 0) {
        const told = await readStates(uniqueNames(unknown), now);
        const again = unknown.map((want, index) => ({ ...want, truth: told[index] }));
        for (const [name, reply] of await repliesOf(again, now)) replies.set(name, reply);
      }
      return new Map(
        asked.flatMap(({ name, groups }) =>
          groups.map((group, index): [Group, Grant] => [group, replies.get(name)?.grants?.[index] as Grant]),
        ),
      );
    } catch {
      absentUntil = realClock().getTime() + redisRestMs;
      return undefined;
    }
  }

  /** What a payer has called today is not known without Redis, so the budget alone bounds it. */
  async function withoutRedis(all: Group[], now: Date): Promise<Map<Group, Grant>> {
    const free = (name: string) => (budgets.get(name) ?? null) === null;
    const groups = uniqueNames(all).flatMap((name) =>
      (["person", "background"] as const).map((purpose) => {
        const members = all.filter((group) => group.name === name && group.purpose === purpose);
        return { name, purpose, members, count: members.reduce((sum, { asks }) => sum + asks.length, 0) };
      }),
    );
    const rests = ({ name }: { name: string }) => (resting.get(name)?.until ?? 0) > now.getTime();
    const wishes = groups
      .filter((group) => group.count > 0 && !rests(group) && (group.purpose === "person" || free(group.name)))
      .map(({ name, purpose, count }) => ({ name, purpose, count, most: budgetOf(name, now)?.[purpose] ?? null }));
    const drawn = wishes.length > 0 ? await grantCalls(wishes, now).catch(() => undefined) : [];
    const grants = new Map<Group, Grant>();
    for (const group of groups) {
      const { name, purpose, members } = group;
      const index = wishes.findIndex((wish) => wish.name === name && wish.purpose === purpose);
      const { granted, ...rest } = grant(group, drawn?.[index]);
      let left = granted;
      for (const member of members) {
        const given = Math.min(left, member.asks.length);
        grants.set(member, { ...rest, granted: given });
        left -= given;
      }
    }
    return grants;

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
    enter: (name, { purpose, payer, confirms }) =>
      new Promise((answer) => {
        entering.push({ name, purpose, payer, confirms, answer });
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

/** Requests for calls of one provider, for one purpose and one payer, all of them searches or all confirmations. */
type Group = Wanted & { name: string; asks: Entering[] };

function groupAsks(asks: Entering[]): Group[] {
  const groups = new Map<string, Group>();
  for (const ask of asks) {
    const { name, purpose, payer, confirms } = ask;
    const key = `${name} ${purpose} ${payer?.key} ${confirms}`;
    const group = groups.get(key) ?? { name, purpose, payer, confirms, asks: [] };
    group.asks.push(ask);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const toAsk = ({ purpose, payer, confirms, asks }: Group): Ask => ({
  purpose,
  count: asks.length,
  ...(confirms ? { confirms } : {}),
  ...(payer ? { payer: payer.key, most: payer.most } : {}),
});

async function repliesOf(wants: Request[], now: Date): Promise<[name: string, reply: Reply][]> {
  const replies = await runGate(wants, now);
  return wants.map(({ name }, index) => [name, replies[index] ?? {}]);
}

/** Gives the granted calls to the first requests for them. */
function answerEntering({ name, purpose, asks }: Group, grant: Grant): void {
  for (const [index, { answer }] of asks.entries())
    answer(index < grant.granted ? { name, purpose, probe: grant.probe } : refusal(grant));
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
