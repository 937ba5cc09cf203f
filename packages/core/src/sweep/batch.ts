import { logger } from "../base/log.ts";
import * as Fare from "../fare.ts";
import type { FareProvider } from "../flight.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Candidate, ConfirmOffer } from "./price.ts";
import { type Checked, settle } from "./settle.ts";

/** The settings of one batch: the provider, the cadence, the parallel calls, the moment, and how to confirm. */
export type Settings = {
  provider: FareProvider;
  cadence: Fare.Cadence;
  parallel: number;
  at: Date;
  ask: ConfirmOffer;
};

/** The result of a sweep. `confirmations` are the provider calls beyond one search per fare. */
export type Report = { fares: number; baskets: number; alerts: number; failures: number; confirmations: number };

export const emptyReport: Report = { fares: 0, baskets: 0, alerts: 0, failures: 0, confirmations: 0 };

/** `recalled` counts the baskets that are judged again once their old prices have been searched again. */
export type BatchResult = { report: Report; verdicts: Verdict[]; recalled: number };

/** Confirms the quotes that would give an alert; returns the others unchanged. */
type Confirming<Q> = (quotes: Q[], tell: boolean[]) => Promise<{ asked: Q[]; recalled: Q[] }>;

/**
 * Judges and settles one batch. A fare with a watch that was changed meanwhile is judged again with the changed watch.
 */
export async function settleAll<Q extends Candidate>(
  quotes: Q[],
  asking: Settings,
  also: string | null,
  confirm: Confirming<Q>,
): Promise<BatchResult> {
  const { provider, at } = asking;
  const settled: BatchResult = { report: { ...emptyReport }, verdicts: [], recalled: 0 };
  let open = quotes;
  for (let tries = 0; open.length > 0 && tries < 4; tries++) {
    const judged = await judgeConfirmed(open, asking, also, confirm, settled);
    const checked = judged.map(({ quote, verdict }) => ({ ...verdict.checked, ...nextCheck(quote, verdict, asking) }));
    const left = await settle(
      provider,
      at,
      checked,
      judged.flatMap(({ verdict }) => verdict.judged),
    );
    const done = judged.filter(({ quote }) => !left.has(quote.fare.id)).map(({ verdict }) => verdict);
    settled.verdicts.push(...done);
    settled.report.alerts += done.flatMap(({ judged }) => judged.filter(({ decision }) => "fired" in decision)).length;
    open = judged.flatMap(({ quote }) => (left.get(quote.fare.id) === "moved" ? [quote] : []));
  }
  if (open.length > 0) logger.warn("fares left to their lease", { fares: open.length });
  return settled;
}

/** Judges until every price that would give an alert has been confirmed with the provider. */
async function judgeConfirmed<Q extends Candidate>(
  quotes: Q[],
  asking: Settings,
  also: string | null,
  confirm: Confirming<Q>,
  settled: BatchResult,
): Promise<{ quote: Q; verdict: Verdict }[]> {
  const { provider, at } = asking;
  let open = quotes;
  const verdicts = new Map<string, Verdict>();
  for (let moved = open; moved.length > 0; ) {
    for (const verdict of await judge(moved, at, also)) verdicts.set(verdict.checked.fareId, verdict);
    const tell = open.map((quote) => provider.confirm !== undefined && !quote.asked && wouldAlert(verdicts, quote));
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
    open = asked;
  }
  return open.map((quote) => ({ quote, verdict: verdicts.get(quote.fare.id)! }));
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
  const next = cadence(
    { id: quote.of, departureDate, status, attempts: fare.attempts, near, resetsAt },
    at,
    Math.random(),
  );
  const because = Fare.dueReason({ status, near });
  if (!checked.isBasket) return { dueAt: next, because, hastened: null };
  return { dueAt: null, because, hastened: near && next ? { fareId: quote.of, dueAt: next } : null };
}
