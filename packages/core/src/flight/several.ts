import { batch, orFallback } from "../base/cache.ts";
import { Problem } from "../base/error.ts";
import type { Criteria } from "./criteria.ts";
import { withoutDeparted } from "./departed.ts";
import type { Found } from "./leader.ts";
import type { AskRedis, Caller } from "./lookup.ts";
import { type Offer, path, termsOf } from "./offer.ts";
import type { FareProvider, ProviderStatus } from "./provider.ts";
import { questionOf, type StoredAnswer } from "./record.ts";
import { dateFaults, faultsOfPairs, rejectUnsellable } from "./sellable.ts";
import { find } from "./singleflight.ts";

/** A pair of places without an answer, and the code of the problem with it. */
export type Unanswered = { origin: string; destination: string; code: string };

/** An answer to several questions, each offer with the question that it answers. */
export type Merged = {
  status: StoredAnswer["status"];
  freshness: Found["freshness"];
  searchedAt: string;
  providers: ProviderStatus[];
  offers: Map<Offer, Criteria>;
  unanswered: Unanswered[];
};

/**
 * Answers one question for each pair of places at `at`, each as a search for itself would be: its answer is stored, and
 * its provider call is paid for. Of offers of the same flights on the same terms the cheapest is kept. A pair without an
 * answer is in `unanswered`.
 * @throws Problem `flight.not_sellable` with every fault of every pair, and the first problem if no pair has an answer
 */
export async function findSeveral(
  provider: FareProvider,
  criteria: Criteria[],
  at: Date,
  caller: Caller = {},
): Promise<Merged> {
  await checkAll(provider, criteria, at);
  // Sends what the request has for Redis, with a note of each search: a refused request looks nothing up.
  await caller.askRedis?.(async () => undefined, criteria);
  const askRedis = inOneRequest();
  const results = await Promise.allSettled(
    criteria.map((each) => find(questionOf(provider, each), at, { ...caller, askRedis })),
  );
  const found: { criteria: Criteria; found: Found }[] = [];
  const unanswered: Unanswered[] = [];
  const problems: Problem[] = [];
  for (const [index, result] of results.entries()) {
    const each = criteria[index] as Criteria;
    if (result.status === "fulfilled") {
      const { answer, freshness } = result.value;
      found.push({ criteria: each, found: { answer: withoutDeparted(answer, at), freshness } });
    } else if (!(result.reason instanceof Problem)) throw result.reason;
    else {
      problems.push(result.reason);
      unanswered.push({ origin: each.origin, destination: each.destination, code: result.reason.code });
    }
  }
  if (found.length === 0) throw problems[0];
  const answers = found.map(({ found }) => found.answer);
  return {
    status: unanswered.length > 0 ? "partial" : together(answers.map(({ status }) => status)),
    freshness:
      (["stale", "fresh"] as const).find((one) => found.some(({ found }) => found.freshness === one)) ?? "cached",
    searchedAt: answers.map(({ searchedAt }) => searchedAt).sort()[0] as string,
    providers: mergeProviders(answers),
    offers: mergeOffers(found),
    unanswered,
  };
}

/** @throws Problem `flight.not_sellable` (input), each fault with the places that it is about */
async function checkAll(provider: FareProvider, criteria: Criteria[], at: Date): Promise<void> {
  const each = criteria.map(async (pair) => ({ pair, ...(await dateFaults(pair, at, "#", provider.currencies)) }));
  rejectUnsellable(faultsOfPairs(await Promise.all(each)));
}

/** Sends the look-ups that are made at once in one request of their own. */
function inOneRequest(): AskRedis {
  const commands = batch();
  let sent: Promise<void> | undefined;
  return async (addCommands) => {
    const answer = orFallback(addCommands(commands), undefined);
    sent ??= Promise.resolve().then(() => commands.send());
    await sent;
    return answer;
  };
}

/** `partial` where the parts differ and one has an answer; offers of one and none of another are `ok`. */
function together(statuses: StoredAnswer["status"][]): StoredAnswer["status"] {
  if (statuses.includes("partial")) return "partial";
  return statuses.includes("ok") ? "ok" : "no_results";
}

/** The status of each provider in all answers; `partial` where it answered some questions and failed at others. */
function mergeProviders(answers: StoredAnswer[]): ProviderStatus[] {
  const byName = new Map<string, ProviderStatus["status"][]>();
  for (const { name, status } of answers.flatMap(({ providers }) => providers)) {
    byName.set(name, [...(byName.get(name) ?? []), status]);
  }
  const answered = ["ok", "partial", "no_results"];
  return [...byName].map(([name, statuses]) => {
    const good = statuses.filter((status) => answered.includes(status)) as StoredAnswer["status"][];
    if (good.length === statuses.length) return { name, status: together(good) };
    return { name, status: good.length > 0 ? "partial" : (statuses[0] as ProviderStatus["status"]) };
  });
}

/**
 * Of the same flights on the same terms (LON and LHR may both have them) keeps those of the pair with the cheapest one.
 * A pair's own offers of the same flights, such as its brands, are all kept.
 */
function mergeOffers(found: { criteria: Criteria; found: Found }[]): Map<Offer, Criteria> {
  const owners = new Map<string, Criteria>();
  const all = found.flatMap(({ criteria, found: { answer } }) =>
    answer.offers.map((offer): [Offer, Criteria] => [offer, criteria]),
  );
  const kept = all
    .sort(([one], [other]) => one.total - other.total)
    .filter(([offer, criteria]) => {
      const times = offer.slices.flatMap(({ segments }) => segments.map(({ departingAt }) => departingAt));
      const flights = [path(offer.slices), ...times, termsOf(offer)].join(" ");
      const owner = owners.get(flights) ?? criteria;
      owners.set(flights, owner);
      return owner === criteria;
    });
  return new Map(kept);
}
