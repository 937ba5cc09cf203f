import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";

const day = 86_400_000;
export const pounds = (minor: number) => ({ amount: (minor / 100).toFixed(2), currency: "GBP" });

export type Tracked = {
  origin: string;
  destination: string;
  departureDate: string;
  returnDate?: string | null;
  cabin?: string;
  adults?: number;
  childAges?: number[];
  infants?: number;
  currency?: string;
  maxStops?: number | null;
};
export type Observation = { at: Date; price: number; status?: string; source?: string };

/** Inserts a fare with its observations; returns its id. Its last price is that of the last ok observation. */
export async function recordObservations(fare: Tracked, observations: Observation[]): Promise<string> {
  const { origin, destination, departureDate, returnDate = null, cabin = "economy", currency = "GBP" } = fare;
  const { adults = 1, childAges = [], infants = 0, maxStops = null } = fare;
  const ok = observations
    .filter(({ status = "ok" }) => status === "ok")
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const last = ok.at(-1);
  const id = newId("far");
  await sql`
    insert into fares
      (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency,
       status, price, priced_at, source)
    values
      (${id}, ${origin}, ${destination}, ${departureDate}, ${returnDate}, ${cabin}, ${maxStops}, ${adults},
       ${childAges}::smallint[], ${infants}, ${currency}, 'ok', ${last?.price ?? null}, ${last?.at ?? null}, 'simulator')`;
  await addObservations(id, observations);
  return id;
}

export async function addObservations(id: string, observations: Observation[]): Promise<void> {
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select ${id}, observed.*
      from unnest(
             ${observations.map((each) => each.at.toISOString())}::timestamptz[],
             ${observations.map(({ status = "ok" }) => status)}::text[],
             ${observations.map(({ price }) => price)}::bigint[],
             ${observations.map(({ source = "simulator" }) => source)}::text[]
           ) as observed`;
}

export const noComparison = {
  lowest: null,
  highest: null,
  quartiles: null,
  median: null,
  trend: [],
  rank: null,
  verdict: "not enough data",
};

export type FareObservation = Observation & { fare: Tracked };
const seats = ({ adults = 1, childAges = [] }: Tracked) => adults + childAges.length;
const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);
const leadBucket = (departureDate: string, moment: Date) => {
  const days = (Date.parse(departureDate) - Date.parse(dayOf(moment))) / day;
  return days <= 7 ? 0 : days <= 30 ? 1 : days <= 90 ? 2 : 3;
};

/** The comparison that docs/flights.md describes, computed in the plainest way. */
export function expectedInsight(all: FareObservation[], question: Tracked, price: number, at: Date) {
  const comparable = all.filter(
    ({ fare, at: moment, status = "ok", source = "simulator" }) =>
      status === "ok" &&
      source === "simulator" &&
      moment < at &&
      moment.getTime() >= at.getTime() - 90 * day &&
      (fare.cabin ?? "economy") === "economy" &&
      (fare.currency ?? "GBP") === "GBP",
  );
  const ofDates = comparable.filter(
    ({ fare }) =>
      fare.departureDate === question.departureDate && (fare.returnDate ?? null) === (question.returnDate ?? null),
  );
  const enough = (sample: FareObservation[]) =>
    sample.length >= 30 && new Set(sample.map((each) => dayOf(each.at))).size >= 14;
  const ofRoute = comparable.filter(
    ({ fare, at: moment }) =>
      Boolean(fare.returnDate) === Boolean(question.returnDate) &&
      leadBucket(fare.departureDate, moment) === leadBucket(question.departureDate, at),
  );
  const chosen = enough(ofDates) ? ofDates : ofRoute;
  const days = [...new Set(chosen.map((each) => dayOf(each.at)))].sort();
  const sample = { of: enough(ofDates) ? "dates" : "route", observations: chosen.length, days: days.length };
  if (!enough(chosen)) return { ...noComparison, sample };
  // Compares prices per passenger by cross-multiplication, as these need not be whole numbers.
  const ranked = (observations: FareObservation[]) =>
    observations.toSorted((a, b) => a.price * seats(b.fare) - b.price * seats(a.fare));
  const total = ({ price, fare }: FareObservation) => Math.floor((price * seats(question)) / seats(fare));
  const percentile = (observations: FareObservation[], fraction: number) =>
    total(ranked(observations)[Math.max(1, Math.ceil(fraction * observations.length)) - 1]!);
  const [lower, median, upper] = [percentile(chosen, 0.25), percentile(chosen, 0.5), percentile(chosen, 0.75)];
  const below = chosen.filter((each) => each.price * seats(question) < price * seats(each.fare)).length;
  return {
    sample,
    lowest: pounds(percentile(chosen, 0)),
    highest: pounds(percentile(chosen, 1)),
    quartiles: { lower: pounds(lower), upper: pounds(upper) },
    median: pounds(median),
    // Without the first day, of which the window has only the end.
    trend: days
      .filter((date) => date > dayOf(new Date(at.getTime() - 90 * day)))
      .map((date) => {
        const ofDay = chosen.filter((each) => dayOf(each.at) === date);
        return { date, lowest: pounds(percentile(ofDay, 0)), median: pounds(percentile(ofDay, 0.5)) };
      }),
    rank: Math.floor((100 * below) / chosen.length),
    verdict: price <= lower && price < median ? "low" : 4 * below >= 3 * chosen.length ? "high" : "typical",
  };
}
