import { type Offer, path } from "../offer.ts";
import type { Answer, ProviderStatus, Rate } from "../provider.ts";
import type { GatedResult, Refusal } from "./ask.ts";

export function hasOffers(heard: GatedResult<Answer>): boolean {
  return "answer" in heard && heard.answer.offers.length > 0;
}

/**
 * Joins the providers' answers into one: each itinerary once, at the lower price, cheapest first. With `whole`, all
 * providers had to answer: then the result is `partial` where one failed or was refused, and an empty answer counts as
 * none.
 */
export function mergeAnswers(heard: GatedResult<Answer>[], whole: boolean): Answer {
  const providers: ProviderStatus[] = heard.map((each) => ({
    name: each.name,
    status: "answer" in each ? each.answer.status : "skipped",
  }));
  const faults = heard.flatMap(fault);
  const answers = heard.flatMap((each) => ("answer" in each ? each.answer : []));
  const unreadable = answers.reduce((sum, answer) => sum + (answer.unreadable ?? 0), 0);
  const [first, ...rest] = mergeOffers(answers.flatMap(({ offers }) => offers));
  if (first) {
    const partial = providers.some(({ status }) => status === "partial") || (whole && faults.length > 0);
    return {
      ...(unreadable > 0 ? { unreadable } : {}),
      status: partial ? "partial" : "ok",
      offers: [first, ...rest],
      providers,
    };
  }
  const empty = providers.some(({ status }) => status === "no_results");
  if (empty && (!whole || faults.length === 0)) return { status: "no_results", offers: [], providers };
  return { ...failure(faults), offers: [], providers };
}

type Fault = { status: "provider_error" | "rate_limited"; rate?: Rate; overShare?: true };

function fault(heard: GatedResult<Answer>): Fault[] {
  if ("refusal" in heard) return toFault(heard.refusal);
  const { status, rate } = heard.answer;
  if (status === "provider_error") return [{ status }];
  return status === "rate_limited" ? [{ status, ...(rate ? { rate } : {}) }] : [];
}

/** A provider that is turned off, or cannot be asked this, has not failed. */
export function toFault({ refused: why, rate }: Refusal): Fault[] {
  if (why === "off" || why === "unable") return [];
  if (why === "broken") return [{ status: "provider_error" }];
  return [{ status: "rate_limited", ...(rate ? { rate } : {}), ...(why === "share" ? { overShare: true } : {}) }];
}

/** `rate_limited`, until the first provider may be asked again, where one was limited and none failed otherwise. */
export function failure(faults: Fault[]): Fault {
  const limited = faults.length > 0 && faults.every(({ status }) => status === "rate_limited");
  if (!limited) return { status: "provider_error" };
  const [rate] = faults.flatMap(({ rate }) => rate ?? []).sort((a, b) => (a.resetsAt < b.resetsAt ? -1 : 1));
  const overShare = faults.every((each) => each.overShare) ? ({ overShare: true } as const) : {};
  return { status: "rate_limited", ...(rate ? { rate } : {}), ...overShare };
}

/** An itinerary is sold by the provider with the lowest price, with all of that provider's offers for it. */
function mergeOffers(offers: Offer[]): Offer[] {
  const sorted = offers.toSorted((a, b) => a.total - b.total);
  const sellers = new Map<string, string>();
  return sorted.filter(({ slices, provider }) => {
    const days = slices.map(({ departingAt }) => departingAt.slice(0, 10));
    const itinerary = [path(slices), ...days].join(" ");
    const seller = sellers.get(itinerary) ?? provider;
    sellers.set(itinerary, seller);
    return seller === provider;
  });
}
