import {
  type Answer,
  type Confirmation,
  type Criteria,
  type FareProvider,
  type Offer,
  unknownTerms,
} from "../../src/flight.ts";

/** A total in the currency of the question, an answer, a failure, or null for no offers. */
export type MarketAnswer = number | Answer | Error | null;

export type StubProvider = FareProvider & {
  /** `STN-BGY 2026-06-16` of every search, in order. */
  searched: string[];
  confirmed: string[];
};

/** A provider with the answers of a test. It can confirm when `confirm` is given: with a total, or another outcome. */
export function stubProvider(
  search: (name: string, at: Date, criteria: Criteria) => MarketAnswer | Promise<MarketAnswer>,
  confirm?: (
    name: string,
    total: number,
    at: Date,
    criteria: Criteria,
  ) => number | Confirmation | Promise<number | Confirmation>,
): StubProvider {
  const searched: string[] = [];
  const confirmed: string[] = [];
  return {
    name: "market",
    searched,
    confirmed,
    async search(criteria, at) {
      searched.push(nameOf(criteria));
      const said = await search(nameOf(criteria), at, criteria);
      if (said instanceof Error) throw said;
      if (said === null) return { status: "no_results", offers: [] };
      return typeof said === "number" ? { status: "ok", offers: [offer(said, criteria.currency)] } : said;
    },
    ...(confirm && {
      async confirm(criteria, { reference }, at) {
        confirmed.push(nameOf(criteria));
        const said = await confirm(nameOf(criteria), Number(reference), at, criteria);
        return typeof said === "number" ? { status: "ok", offer: offer(said, criteria.currency) } : said;
      },
    }),
  };
}

export function offer(total: number, currency = "GBP"): Offer {
  const price = { total, currency, expiresAt: "" };
  return { provider: "market", reference: String(total), simulated: true, ...price, ...unknownTerms, slices: [] };
}

/** One direct flight in each direction, as the criteria ask. */
export function slicesFor({ origin, destination, departureDate, returnDate }: Criteria): Offer["slices"] {
  const fly = (origin: string, destination: string, day: string) => {
    const leg = { origin, destination, departingAt: `${day}T07:00`, arrivingAt: `${day}T10:00` };
    return {
      ...leg,
      duration: "PT2H",
      stops: 0,
      segments: [{ ...leg, carrier: "FR", operatingCarrier: null, flightNumber: "1" }],
    };
  };
  return [fly(origin, destination, departureDate), ...(returnDate ? [fly(destination, origin, returnDate)] : [])];
}

function nameOf({ origin, destination, departureDate }: Criteria): string {
  return `${origin}-${destination} ${departureDate}`;
}
