import { dayNumber } from "../base/day.ts";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import { exponent } from "../base/money.ts";
import * as Fare from "../fare.ts";
import {
  bandOf,
  type Check,
  type Decision,
  decide,
  doubtful,
  type History,
  isNear,
  modeOf,
  rulesOf,
  type State,
  unpack,
} from "../rule.ts";
import type { JudgedWatch } from "./judgedwatch.ts";
import type { Candidate } from "./price.ts";
import type { Checked } from "./settle.ts";
import { type PricedFare, type WakeResult, type WokenWatch, wake } from "./wake.ts";

export type Verdict = {
  checked: Omit<Checked, "dueAt" | "because" | "hastened">;
  /** Every watch that was woken, with its decision. */
  judged: JudgedWatch[];
  decisions: ReadonlyMap<string, Decision>;
};

/**
 * Judges every watch that these prices wake. Reads at most once and writes nothing. Returns one verdict per quote, in
 * their order.
 */
export async function judge(quotes: Candidate[], source: string, at: Date, also: string | null): Promise<Verdict[]> {
  const prices = quotes.map((quote) =>
    quote.status === "ok" && quote.offer ? toPricedFare(quote, quote.offer.total, at) : null,
  );
  const priced = prices.filter((fare) => fare !== null);
  const { woken, near, seen } = priced.length > 0 ? await wake(priced, source, at, also) : nothingWoken;
  const watchers = new Map<string, WokenWatch[]>();
  for (const watch of woken) {
    const others = watchers.get(watch.fareId);
    if (others) others.push(watch);
    else watchers.set(watch.fareId, [watch]);
  }

  return quotes.map((quote, index) => {
    const { fare, status } = quote;
    const price = quote.offer?.total ?? null;
    const past = seen.get(fare.id);
    const woken = watchers.get(fare.id);
    const { baseline = null, wantsNear = false } = prices[index] ?? {};
    const usual = past ? Fare.usual(past, at.getTime()) : null;
    const { judged, decisions } = woken
      ? judgeWatches(woken, quote, at, {
          baseline,
          low: past ? Fare.low(past, at.getTime()) : null,
          usual,
          routeLow: woken[0]?.low ?? null,
          afterDoubtful: fare.doubtful,
        })
      : nobody;
    const odd = status === "ok" && price !== null ? doubtful(price, usual) : fare.doubtful;
    return {
      checked: {
        fareId: fare.id,
        fence: fare.fence,
        isBasket: "members" in fare,
        of: price !== null && "members" in fare ? quote.of : null,
        status,
        price,
        ghost: quote.ghost,
        doubtful: odd,
        near:
          judged.some(({ band, price }) => isNear(band, price, baseline)) ||
          (wantsNear ? near.has(fare.id) : fare.near),
        parts: quote.parts,
      },
      judged,
      decisions,
    };
  });
}

/** What most prices lead to: thousands of fares share it. */
const nobody: Pick<Verdict, "judged" | "decisions"> = { judged: [], decisions: new Map() };

function judgeWatches(
  woken: WokenWatch[],
  quote: Candidate,
  at: Date,
  history: History,
): Pick<Verdict, "judged" | "decisions"> {
  const { fare, of, status, offer } = quote;
  const price = offer?.total ?? null;
  const decimals = exponent(quote.criteria.currency);
  const check: Check = {
    at: at.getTime(),
    status,
    price,
    decimals,
    confirmation: quote.confirmable ? "confirmed" : "impossible",
    ghost: quote.ghost !== null,
  };
  const decisions = new Map<string, Decision>();
  const judged = woken.flatMap((row): JudgedWatch[] => {
    const before = readState(row);
    if (!before) return [];
    const { state, decision } = decide(rulesOf(row), before, history, check, modeOf(row, at));
    decisions.set(row.id, decision);
    if (price === null || JSON.stringify(state) === JSON.stringify(before)) return [];
    const band = bandOf(rulesOf(row), state, decimals, modeOf(row, at));
    const { id: watchId, version, series } = row;
    return [
      {
        watchId,
        fareId: fare.id,
        of,
        version,
        series,
        state,
        band,
        decision,
        price,
        previousPrice: fare.price,
        offer,
        isConfirmed: quote.confirmable && quote.asked,
      },
    ];
  });
  return { judged, decisions };
}

/**
 * Reads a watch's state. An unreadable one leaves its watch unjudged, because the other watches of the fare are to be
 * told all the same.
 */
function readState({ id, state }: WokenWatch): State | undefined {
  try {
    return unpack(state);
  } catch (error) {
    logger.error("watch not judged", { watch: id, error: describeError(error) });
    Metric.emit({ RowsAtFault: [1, "Count"] });
    return undefined;
  }
}

const nothingWoken: WakeResult = { woken: [], near: new Set(), seen: new Map() };

function toPricedFare({ fare, criteria }: Candidate, price: number, at: Date): PricedFare {
  const today = dayNumber(at.getTime());
  const { days, prices } = fare.lows;
  const mayBeNewLow = fare.wantsNewLow && days.every((day, index) => day < today - 14 || price < prices[index]!);
  return {
    fareId: fare.id,
    criteria,
    price,
    // The first check of a day has another baseline than the checks of the day before.
    wantsNear: fare.near === null || price !== fare.price || days.at(-1) !== today,
    baseline: Fare.baseline(fare.lows, at.getTime()),
    mayBeNewLow,
    wantsSeen: mayBeNewLow || (fare.highest !== null && doubtful(price, fare.highest)),
    wantsRouteLow: fare.wantsRouteLow,
  };
}
