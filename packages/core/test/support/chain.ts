import { beforeEach, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import { chain } from "../../src/flight/chain.ts";
import type { Answer, Call, Confirmation, ConfirmingProvider } from "../../src/flight/provider.ts";
import { type Criteria, type Offer, unknownTerms } from "../../src/flight.ts";

export const criteria: Criteria = {
  ...{ origin: "STN", destination: "BGY", departureDate: "2027-03-01", returnDate: null },
  ...{ adults: 1, childAges: [], infants: 0, cabin: "economy", maxStops: null, currency: "GBP" },
};

/** The middle of a month that has 30 days. */
export const at = new Date("2026-11-16T00:00:00Z");
export const secondsLater = (seconds: number) => new Date(at.getTime() + seconds * 1000);

/** Flight `number` at this price in pence. */
export function offer(provider: string, number: string, total: number, over: Partial<Offer> = {}): Offer {
  const leg = { origin: "STN", destination: "BGY", departingAt: "2027-03-01T07:00", arrivingAt: "2027-03-01T10:00" };
  const segment = { ...leg, carrier: "FR", operatingCarrier: null, flightNumber: number };
  return {
    ...{ provider, reference: `${provider}-${number}`, simulated: true, total, currency: "GBP" },
    expiresAt: "2026-12-01T00:00:00Z",
    ...unknownTerms,
    slices: [{ ...leg, duration: "PT2H", stops: 0, segments: [segment] }],
    ...over,
  };
}

export const ok = (...offers: [Offer, ...Offer[]]): Answer => ({ status: "ok", offers });
export const noResults: Answer = { status: "no_results", offers: [] };
export const failure: Answer = { status: "provider_error", offers: [] };

let named = 0;
/** A provider name that no other gate uses. */
export const name = () => `seller${++named}`;

export type ScriptedAnswer = Answer | ((call: Call) => Answer | Promise<Answer>);

/** A provider with scripted answers; `says` may be changed. */
export function scriptedProvider(says?: ScriptedAnswer, over: Pick<ConfirmingProvider, "currencies"> = {}) {
  const own = name();
  const seller = {
    name: own,
    says: says ?? (ok(offer(own, "1", 5000)) as ScriptedAnswer),
    search: vi.fn(
      async (_criteria: Criteria, _at: Date, call: Call = {}): Promise<Answer> =>
        typeof seller.says === "function" ? seller.says(call) : seller.says,
    ),
    confirm: vi.fn(async (): Promise<Confirmation> => ({ status: "ok", offer: offer(own, "1", 5000) })),
    ...over,
  };
  return seller;
}

/** A provider that does not answer until its call ends, if it `heeds` the signal. */
export const neverAnswers =
  (heeds = true): ScriptedAnswer =>
  ({ signal }) =>
    new Promise((_, reject) => heeds && signal?.addEventListener("abort", () => reject(signal.reason)));

/** Searches `times` times at once and counts the granted calls. */
export async function countGranted(chained: ConfirmingProvider, times: number, call?: Call): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, () => chained.search(criteria, at, call)));
  return answers.filter(({ status }) => status === "ok").length;
}

/** The calls that Postgres has counted. */
export async function persistedCalls(name: string): Promise<Record<string, number>> {
  const rows = await sql`
    select provider_days.purpose || ' ' || provider_days.outcome as "kind", sum(provider_days.calls)::int as "calls"
      from provider_days
     where provider_days.provider = ${name}
     group by 1`;
  return Object.fromEntries(rows.map(({ kind, calls }) => [kind, calls]));
}

export const background: Call = { purpose: "background" };

/** The moment at which the chains of `lambda` are asked. Every test begins at `at`. */
export const clock = { now: at };
beforeEach(() => {
  clock.now = at;
});

/** A chain over one provider with a gate of its own, as every Lambda has. */
export function lambda(provider: ReturnType<typeof scriptedProvider>, budget: number | null = null) {
  return chain([provider], { clock: () => clock.now, budgets: { [provider.name]: budget } });
}
