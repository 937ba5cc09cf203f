import { Problem } from "./error.ts";
import * as Fare from "./fare.ts";
import * as Flight from "./flight.ts";
import { logger } from "./log.ts";
import * as Money from "./money.ts";
import { judge, type Verdict } from "./sweep/judge.ts";
import { type Asked, confirm, price, type Quote, unasked } from "./sweep/price.ts";
import { settle } from "./sweep/settle.ts";
import * as Watch from "./watch.ts";

/** How a sweep goes about it. */
export type Options = {
  /** Who is asked; the one the process was set up with unless told. */
  provider?: Flight.FareProvider;
  /** When a fare is priced next; by days to departure unless told. */
  cadence?: Fare.Cadence;
  /** Fares a batch: one claim, one reading and one writing request each. */
  batch?: number;
  /** Provider calls in flight. */
  parallel?: number;
  /** Stops claiming and asking when this is over (milliseconds from now): what was asked is finished, the rest given back. */
  within?: number;
};

/** How long somebody who asks for a check waits for its search to begin (milliseconds). */
const patience = 5_000;

/** What a sweep came to. `confirmations` are the provider calls beyond one search a fare. */
export type Report = { fares: number; alerts: number; failures: number; confirmations: number };

/**
 * Prices every fare that is due at `at`, once each whoever watches it, and tells the watches whose rules that makes true.
 * Safe to run twice, by several at once, and to die anywhere: what was not settled is due again when its lease ends.
 */
export async function run(at: Date, options: Options = {}): Promise<Report> {
  const { batch = 5_000, within = 45_000 } = options;
  const until = Date.now() + within;
  const total: Report = { fares: 0, alerts: 0, failures: 0, confirmations: 0 };
  const failures: unknown[] = [];
  const open = new Set<Promise<void>>();
  for (let more = true; more && failures.length === 0 && Date.now() < until; ) {
    // Whatever fails, what was claimed before is finished first: a Lambda that has answered is frozen.
    const claimed = await Fare.claim(at, batch).catch((error: unknown) => void failures.push(error));
    if (!claimed) break;
    more = claimed.more;
    const work: Promise<void> = checkAll(claimed.fares, at, options, null, until)
      .then(({ report }) => add(total, report))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => open.delete(work));
    open.add(work);
    // One batch is claimed while another is judged: Postgres and this process work at the same time.
    if (open.size > 1) await Promise.race(open);
  }
  await Promise.all(open);
  if (failures.length > 0) throw failures[0];
  return total;
}

/**
 * Asks the provider about one watch's fare now, for everybody who watches it.
 * @throws Problem `watch.missing` (also for another user's), `watch.ended`, `watch.checked` within 10 minutes of the last check
 */
export async function check(userId: string, watchId: string, at: Date, options: Options = {}): Promise<Watch.Checked> {
  const fare = await Fare.claimOf(userId, watchId, at);
  if (!fare) throw await Watch.uncheckable(userId, watchId, at);
  const { verdicts } = await checkAll([fare], at, options, watchId, Date.now() + patience);
  const [verdict] = verdicts;
  if (!verdict) throw new Problem("conflict", "watch.busy", "This watch is changing right now.", { retryAfter: 5 });
  const { price, status } = verdict.checked;
  const decision = verdict.decisions.get(watchId) ?? { silent: "not ok" };
  return {
    check: { at: at.toISOString(), price: price === null ? null : Money.show(price, fare.criteria.currency), status },
    decision:
      "fired" in decision
        ? { ...decision, fired: decision.fired.map(({ rule }) => rule) }
        : { silent: decision.silent, ...(decision.until ? { until: new Date(decision.until).toISOString() } : {}) },
  };
}

/** Prices, judges and settles one batch; a fare one of whose watches changed meanwhile is judged again on what it is now. */
async function checkAll(fares: Fare.Claimed[], at: Date, options: Options, also: string | null, until: number) {
  const { provider = Flight.provider, cadence = Fare.usualCadence, parallel = 16 } = options;
  const quotes = await price(provider, fares, at, parallel, until);
  if (quotes.length < fares.length) await Fare.release(fares.slice(quotes.length));
  const report: Report = { fares: quotes.length, alerts: 0, failures: 0, confirmations: 0 };
  const verdicts: Verdict[] = [];
  let open: Asked[] = quotes.map((quote) => unasked(quote, provider));
  report.failures = open.filter(({ status }) => status === "provider_error" || status === "rate_limited").length;

  for (let tries = 0; open.length > 0 && tries < 4; tries++) {
    let round = await judge(open, at, also);
    const asked = await confirm(provider, open, round.map(wouldAlert), at, parallel);
    report.confirmations += asked.filter((quote, index) => quote.asked && !open[index]?.asked).length;
    const moved = asked.filter((quote, index) => quote.ghost !== open[index]?.ghost);
    if (moved.length > 0) {
      const again = new Map((await judge(moved, at, also)).map((verdict) => [verdict.checked.fareId, verdict]));
      round = round.map((verdict) => again.get(verdict.checked.fareId) ?? verdict);
    }
    const due = asked.map((quote) => nextCheck(quote, cadence, at));
    const checked = round.map((verdict, index) => ({ ...verdict.checked, dueAt: due[index] ?? null }));
    const judged = round.flatMap((verdict) => verdict.judged);
    const left = await settle(provider.name, at, checked, judged);
    const settled = round.filter(({ checked }) => !left.has(checked.fareId));
    verdicts.push(...settled);
    report.alerts += settled.flatMap(({ judged }) => judged.filter(({ decision }) => "fired" in decision)).length;
    open = asked.filter(({ fare }) => left.get(fare.id) === "moved");
  }
  if (open.length > 0) logger.warn("fares left to their lease", { fares: open.length });
  return { report, verdicts };
}

function wouldAlert({ judged }: Verdict): boolean {
  return judged.some(({ decision }) => "fired" in decision);
}

function add(total: Report, report: Report): void {
  for (const key of Object.keys(total) as (keyof Report)[]) total[key] += report[key];
}

function nextCheck({ fare, status }: Quote, cadence: Fare.Cadence, at: Date): Date | null {
  const { id, attempts, criteria } = fare;
  return cadence({ id, departureDate: criteria.departureDate, status, attempts }, at, Math.random());
}
