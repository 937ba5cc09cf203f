import * as Flight from "@travel-conductor/core/flight";

const budget = 30_000;
/** The middle of a month of 30 days. */
const at = new Date("2026-11-16T00:00:00Z");
const criteria = {
  ...{ origin: "STN", destination: "BGY", departureDate: "2027-03-01", returnDate: null },
  ...{ adults: 1, childAges: [], infants: 0, cabin: "economy" as const, maxStops: null, currency: "GBP" },
};
const nothing: Flight.Answer = { status: "no_results", offers: [] };
const atOnce = 500;

/**
 * Lets people use up all of a month's calls that they may, 200 from each address, and then counts the calls that watches
 * get. @returns these per those that they get where no person searches: 1 is right
 */
export async function shares(): Promise<{ watch_share_after_flood: number }> {
  const open = (name: string) => {
    const seller = { name, search: async () => nothing, confirm: async () => ({ status: "gone" as const }) };
    return Flight.createChain([seller], { budgets: { [name]: budget }, clock: () => at });
  };
  const [flooded, quiet] = [await open("flooded"), await open("quiet")];
  const granted = async (shop: Flight.FareProvider, callOf: (index: number) => Flight.Call) => {
    let count = 0;
    for (let round = 0; ; round++) {
      const calls = Array.from({ length: atOnce }, (_, index) => callOf(round * atOnce + index));
      const answers = await Promise.all(calls.map((call) => shop.search(criteria, at, call)));
      const answered = answers.filter((answer) => answer.status === "no_results").length;
      count += answered;
      if (answered === 0) return count;
    }
  };
  const people = await granted(flooded, (index) => ({
    purpose: "person",
    payer: { key: `address:${Math.floor(index / 200)}`, most: 200 },
  }));
  const background = (): Flight.Call => ({ purpose: "background" });
  const [after, before] = [await granted(flooded, background), await granted(quiet, background)];
  console.log(`  people got ${people} of ${budget} calls, then watches ${after}; without people ${before}`);
  return { watch_share_after_flood: after / before };
}
