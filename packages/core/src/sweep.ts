import { setTimeout as wait } from "node:timers/promises";
import { Problem } from "./base/error.ts";
import { lazy } from "./base/lazy.ts";
import * as Money from "./base/money.ts";
import * as Fare from "./fare.ts";
import * as Flight from "./flight.ts";
import * as Outbox from "./outbox.ts";
import { decisionInfo } from "./rule.ts";
import * as Basket from "./sweep/basket.ts";
import { type BatchResult, emptyReport, type Report, type Settings, settleAll } from "./sweep/batch.ts";
import * as Price from "./sweep/price.ts";
import * as Watch from "./watch.ts";

export { emptyReport, type Report } from "./sweep/batch.ts";
export type { Filled, Journey } from "./sweep/past.ts";

/** See `sweep/past.ts`: loaded at its first call, because only the product on a laptop calls it. */
export const fillPast = lazy(async () => (await import("./sweep/past.ts")).fillPast);

/** The settings of a sweep. */
export type Options = {
  /** The provider to search; by default the one configured for this process. */
  provider?: Flight.FareProvider;
  /** Computes the next check of a fare; by default by days to departure. */
  cadence?: Fare.Cadence;
  /** The number of fares or baskets in a batch: a batch takes one claiming, one reading and one writing request. */
  batch?: number;
  /** The most provider calls in flight. */
  parallel?: number;
  /**
   * The time (milliseconds from now) after which the sweep claims and searches no more. Searches under way are
   * finished; fares not searched are released.
   */
  within?: number;
};

/** The time (milliseconds) within which a check on demand must begin its search. */
const checkPatience = 5_000;

/**
 * The share of a sweep's time reserved for baskets: where more fares are due than it can price, baskets would otherwise
 * get none.
 */
const basketShare = 0.2;

/**
 * How long after a sweep's time a batch that fails is still halved (milliseconds): a worker keeps 30 seconds for what it
 * has begun.
 */
const halvingMs = 20_000;

/** The most rounds of searching old prices again before an alert is given for them. */
const maxRounds = 3;

/**
 * Prices every fare that is due at `at`, each once for all its watches, then judges the baskets they belong to, and
 * writes the alerts of the rules that are true. A fare that cannot be judged or settled is put off, and keeps no other
 * from it; `putOff` counts them. Safe to run twice, several times at once, and to be killed anywhere: a
 * fare that was not settled is due again when its lease ends. `more` is true when the time ran out first.
 */
export async function run(at: Date, options: Options = {}): Promise<Report & { more: boolean }> {
  const { batch = 5_000, within = 45_000 } = options;
  const until = Date.now() + within;
  const enough = until - basketShare * within;
  const asking = settingsOf(options, at, until);
  const total: Report = { ...emptyReport };
  let more = false;
  for (let round = 0; round < maxRounds; round++) {
    let marked: boolean | null = null;
    let recalled = 0;
    await drain(enough, total, async () => {
      const { fares, more, basketsDue } = await Fare.claim(at, batch);
      if (basketsDue !== null) marked ||= basketsDue || fares.some(({ baskets }) => baskets.length > 0);
      return { more, work: () => checkFares(fares, asking, enough) };
    });
    more ||= Date.now() >= enough;
    if (marked === false) break;
    await drain(until, total, async () => {
      const { baskets, more } = await Fare.claimBaskets(at, batch);
      return {
        more,
        work: async () => {
          const settled = await checkBaskets(baskets, asking, null);
          recalled += settled.recalled;
          return settled;
        },
      };
    });
    if (recalled === 0) break;
  }
  return { ...total, more };
}

/** Claims batch after batch and adds up their reports, until nothing is due or the time is over. */
async function drain(
  until: number,
  total: Report,
  next: () => Promise<{ more: boolean; work: () => Promise<BatchResult> }>,
): Promise<void> {
  const failures: unknown[] = [];
  const open = new Set<Promise<void>>();
  for (let more = true; more && failures.length === 0 && Date.now() < until; ) {
    // After a failure the batches already claimed are still finished, because a Lambda is frozen once it has answered.
    const claimed = await next().catch((error: unknown) => void failures.push(error));
    if (!claimed) break;
    more = claimed.more;
    const work: Promise<void> = claimed
      .work()
      .then(({ report }) => {
        for (const key of Object.keys(total) as (keyof Report)[]) total[key] += report[key];
      })
      .catch((error: unknown) => void failures.push(error))
      .finally(() => open.delete(work));
    open.add(work);
    // The next batch is claimed while this one is judged, so that Postgres and this process work at the same time.
    if (open.size > 1) await Promise.race(open);
  }
  await Promise.all(open);
  if (failures.length > 0) throw failures[0];
}

/**
 * Searches the provider for one watch's fare now, for all watches of that fare; of several fares, for those that were
 * cheapest.
 * @throws Problem `watch.missing` (also for another user's), `watch.ended`, `watch.checked` within 10 minutes of the
 * last check, `provider.missing`, `limit.searches` if the payer has no provider calls left today, `watch.busy` where
 * the watch was changed, or judged by a sweep, meanwhile
 */
export async function check(
  userId: string,
  watchId: string,
  at: Date,
  options: Options & Pick<Price.OnDemand, "payer"> = {},
): Promise<Watch.Checked> {
  if (!options.provider) Flight.requireProvider();
  const until = Date.now() + checkPatience;
  const onDemand = { watchId, payer: options.payer };
  const asking = settingsOf(options, at, until, onDemand);
  const fares = await Fare.claimForWatch(userId, watchId, asking.provider.name, at);
  if (fares.length === 0) throw await Watch.checkRefusal(userId, watchId, at);
  const own = await checkFares(fares, asking, until, onDemand);
  const basket = fares[0]!.onDemand?.inBasket ? await claimBasket(userId, watchId, at) : null;
  const settled = basket ? await checkBaskets([basket], asking, watchId) : own;
  if (own.report.alerts + settled.report.alerts > 0) Outbox.markQueued();
  const verdict = basket === undefined ? undefined : settled.verdicts[0];
  const decision = verdict?.decisions.get(watchId);
  if (!verdict || (verdict.checked.status === "ok" && !decision)) {
    // What was searched stands; the watch was not judged by it, and may be checked again.
    await Fare.forgetCheck(watchId, at);
    if (settled.fault) throw settled.fault;
    throw new Problem("conflict", "watch.busy", "This watch is changing right now.", { retryAfter: 5 });
  }
  const { price, status } = verdict.checked;
  const { currency } = fares[0]!.criteria;
  return {
    check: { at: at.toISOString(), price: price === null ? null : Money.toInfo(price, currency), status },
    decision: decisionInfo(decision ?? { silent: "not ok" }),
  };
}

/** Claims the watch's basket; waits a moment where a sweep is just writing to it. */
async function claimBasket(userId: string, watchId: string, at: Date): Promise<Fare.Basket | undefined> {
  for (let tries = 0; tries < 5; tries++) {
    const basket = await Fare.claimBasketForWatch(userId, watchId, at);
    if (basket) return basket;
    await wait(100);
  }
  return undefined;
}

function settingsOf(options: Options, at: Date, until: number, onDemand?: Price.OnDemand): Settings {
  const { provider = Flight.provider, cadence = Fare.defaultCadence, parallel = 16 } = options;
  const ask = Price.createConfirm(provider, at, until, onDemand);
  return { provider, cadence, parallel, at, ask, halvedUntil: until + halvingMs };
}

async function checkFares(
  fares: Fare.Claimed[],
  asking: Settings,
  until: number,
  onDemand?: Price.OnDemand,
): Promise<BatchResult> {
  const { provider, parallel, at } = asking;
  const { quotes, refused } = await Price.priceFares(provider, fares, at, parallel, until, onDemand);
  const left = quotes.length === fares.length ? [] : without(fares, [...quotes, ...refused]);
  if (onDemand) left.push(...refused.map(({ fare }) => fare));
  else if (refused.length > 0) await Fare.postpone(refused, at);
  if (left.length > 0) await Fare.release(left, at);
  if (onDemand && quotes.length === 0 && refused[0]) {
    await Fare.forgetCheck(onDemand.watchId, at);
    throw new Flight.OverShare(refused[0].resetsAt, at);
  }
  const open = quotes.map((quote) => Price.toCandidate(quote, provider));
  const settled = await settleAll(open, asking, onDemand?.watchId ?? null, async (quotes, tell) => ({
    asked: await Price.confirmQuotes(asking.ask, quotes, tell, parallel),
    recalled: [],
  }));
  const failures = quotes.filter(({ status }) => status === "provider_error" || status === "rate_limited").length;
  return { ...settled, report: { ...settled.report, fares: quotes.length, failures } };
}

function without(fares: Fare.Claimed[], done: { fare: Fare.Claimed }[]): Fare.Claimed[] {
  const ids = new Set(done.map(({ fare }) => fare.id));
  return fares.filter(({ id }) => !ids.has(id));
}

async function checkBaskets(baskets: Fare.Basket[], asking: Settings, also: string | null): Promise<BatchResult> {
  const { provider, parallel, at } = asking;
  const sold = await Promise.all(baskets.map((basket) => Basket.withoutLeft(basket, at)));
  const open = sold.map((basket) => Price.toCandidate(Basket.quoteOf(basket, at), provider));
  const settled = await settleAll(open, asking, also, (quotes, tell) =>
    Basket.confirm(asking.ask, quotes, tell, at, parallel),
  );
  return { ...settled, report: { ...settled.report, baskets: baskets.length - settled.recalled } };
}
