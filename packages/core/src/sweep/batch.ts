import { isolate, type Part } from "../base/isolate.ts";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import * as Fare from "../fare.ts";
import type { FareProvider } from "../flight.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Candidate, ConfirmOffer } from "./price.ts";
import { type Checked, settle } from "./settle.ts";

/**
 * The settings of one batch: the provider, the cadence, the parallel calls, the moment, how to confirm, and until when
 * (of `Date.now()`) a batch that fails is halved.
 */
export type Settings = {
  provider: FareProvider;
  cadence: Fare.Cadence;
  parallel: number;
  at: Date;
  ask: ConfirmOffer;
  halvedUntil: number;
};

/**
 * The result of a sweep. `confirmations` are the provider calls beyond one search per fare; `putOff` are the fares and
 * baskets that could not be judged or settled.
 */
export type Report = {
  fares: number;
  baskets: number;
  alerts: number;
  failures: number;
  confirmations: number;
  putOff: number;
};

export const emptyReport: Report = { fares: 0, baskets: 0, alerts: 0, failures: 0, confirmations: 0, putOff: 0 };

/**
 * `recalled` counts the baskets that are judged again once their old prices have been searched again; `fault` is the
 * first error for which a fare was put off.
 */
export type BatchResult = { report: Report; verdicts: Verdict[]; recalled: number; fault?: unknown };

/** Confirms the quotes that would give an alert; returns the others unchanged. */
type Confirming<Q> = (quotes: Q[], tell: boolean[]) => Promise<{ asked: Q[]; recalled: Q[] }>;

/**
 * Judges and settles one batch. A fare with a watch that was changed meanwhile is judged again with the changed watch.
 * When a batch fails by itself, it is halved until the fare at fault stands alone; that fare is put off and the others
 * are settled. Prices that were confirmed before are not confirmed again.
 * @throws what Postgres throws when it does not answer: then nothing is put off, and the fares wait for their lease
 */
export async function settleAll<Q extends Candidate>(
  quotes: Q[],
  asking: Settings,
  also: string | null,
  confirm: Confirming<Q>,
): Promise<BatchResult> {
  const settled: BatchResult = { report: { ...emptyReport }, verdicts: [], recalled: 0 };
  await isolate(quotes, {
    until: asking.halvedUntil,
    work: (part) => settlePart(part, asking, also, confirm, settled),
    giveUp: async (atFault, error) => {
      const fares = atFault.map(({ fare }) => fare);
      settled.fault ??= error;
      settled.report.putOff += fares.length;
      logger.error("fares put off", { fares: fares.map(({ id }) => id), error: describeError(error) });
      Metric.emit({ RowsAtFault: [fares.length, "Count"] });
      await Fare.putOff(fares, asking.at);
    },
  });
  return settled;
}

/** Judges and settles a part of a batch. When this fails, `part.open` holds the fares that are not settled. */
async function settlePart<Q extends Candidate>(
  part: Part<Q>,
  asking: Settings,
  also: string | null,
  confirm: Confirming<Q>,
  settled: BatchResult,
): Promise<void> {
  const { provider, at } = asking;
  for (let tries = 0; part.open.length > 0 && tries < 4; tries++) {
    const judged = await judgeConfirmed(part, asking, also, confirm, settled);
    const checked = judged.map(({ quote, verdict }): Checked => {
      const { dueAt, because, hastened } = nextCheck(quote, verdict, asking);
      const { fareId, fence, isBasket, of, status, price, ghost, doubtful, near, parts } = verdict.checked;
      // Field by field: a spread to which fields are added takes several times as long.
      return { fareId, fence, isBasket, of, status, price, ghost, dueAt, because, doubtful, near, parts, hastened };
    });
    const woken = judged.filter(({ verdict }) => verdict.judged.length > 0);
    const left = await settle(
      provider,
      at,
      checked,
      woken.flatMap(({ verdict }) => verdict.judged),
    );
    const done = judged.filter(({ quote }) => !left.has(quote.fare.id)).map(({ verdict }) => verdict);
    settled.verdicts.push(...done);
    for (const { judged } of done) for (const { decision } of judged) if ("fired" in decision) settled.report.alerts++;
    part.open =
      left.size === 0
        ? []
        : judged.filter(({ quote }) => left.get(quote.fare.id) === "moved").map(({ quote }) => quote);
  }
  if (part.open.length > 0) logger.warn("fares left to their lease", { fares: part.open.length });
}

/** Judges until every price that would give an alert has been confirmed with the provider. */
async function judgeConfirmed<Q extends Candidate>(
  part: Part<Q>,
  asking: Settings,
  also: string | null,
  confirm: Confirming<Q>,
  settled: BatchResult,
): Promise<{ quote: Q; verdict: Verdict }[]> {
  const { provider, at } = asking;
  const verdicts = new Map<string, Verdict>();
  for (let moved = part.open; moved.length > 0; ) {
    for (const verdict of await judge(moved, provider.name, at, also)) verdicts.set(verdict.checked.fareId, verdict);
    const { open } = part;
    if (!provider.confirm) break;
    const tell = open.map((quote) => !quote.asked && wouldAlert(verdicts, quote));
    if (!tell.includes(true)) break;
    const { asked, recalled } = await confirm(open, tell);
    if (recalled.length > 0) {
      await Fare.rescheduleBaskets(
        recalled.map(({ fare: { id, fence }, of }) => ({ id, fence, fareId: of })),
        at,
      );
    }
    settled.recalled += recalled.length;
    settled.report.confirmations += tell.filter(Boolean).length - recalled.length;
    const before = new Map(open.map((quote) => [quote.fare.id, quote]));
    moved = asked.filter((quote) => {
      const { status, of, offer } = before.get(quote.fare.id)!;
      return quote.status !== status || quote.of !== of || quote.offer?.total !== offer?.total;
    });
    part.open = asked;
  }
  return part.open.map((quote) => ({ quote, verdict: withConfirmed(verdicts.get(quote.fare.id)!, quote) }));
}

/** A price that was confirmed as it was is not judged again; its alerts are of the confirmed offer all the same. */
function withConfirmed(verdict: Verdict, { asked, confirmable, offer }: Candidate): Verdict {
  if (!asked) return verdict;
  return { ...verdict, judged: verdict.judged.map((watch) => ({ ...watch, offer, isConfirmed: confirmable })) };
}

function wouldAlert(verdicts: Map<string, Verdict>, { fare }: Candidate): boolean {
  return verdicts.get(fare.id)?.judged.some(({ decision }) => "fired" in decision) ?? false;
}

/**
 * When and why the fare is priced next. A basket is never scheduled itself; it schedules the fare whose price is near a
 * trigger.
 */
function nextCheck(
  quote: Candidate,
  { checked }: Verdict,
  { cadence, at }: Settings,
): Pick<Checked, "dueAt" | "because" | "hastened"> {
  const { fare, status, criteria, resetsAt } = quote;
  const near = checked.near === true;
  const { departureDate } = criteria;
  const asked = { id: quote.of, departureDate, status, attempts: fare.attempts, near, resetsAt };
  const next = quote.hasLeft ? null : cadence(asked, at, Math.random());
  const because = Fare.dueReason({ status, near });
  if (!checked.isBasket) return { dueAt: next, because, hastened: null };
  return { dueAt: null, because, hastened: near && next ? { fareId: quote.of, dueAt: next } : null };
}
