import { useLocation, useSearch } from "wouter";
import { search as toSearch } from "../api/address.ts";
import { useOwnCurrency } from "../data/currency.ts";
import type { Wanted } from "../data/guides.ts";
import { useMe } from "../data/me.ts";
import { latelySearched } from "../search/lately.ts";
import { useFormat } from "../words/words.tsx";

const cabins = ["premium_economy", "business", "first"];

/**
 * Where the reader starts and how the trip is: what the address says, or else the home airport or the start of the last
 * search. A change is written into the address, so that it can be sent to a friend.
 */
export function useWanted(): [Wanted, (part: Wanted) => void] {
  const { locale } = useFormat();
  const [path, go] = useLocation();
  const given = new URLSearchParams(useSearch());
  const { data: me } = useMe();
  const own = useOwnCurrency(locale, false);
  const [lately] = latelySearched();
  const from = given.get("from")?.toUpperCase() ?? me?.homeAirport ?? lately?.journey.origin.split(",")[0];
  const adults = Number(given.get("adults"));
  const wanted: Wanted = {
    from: /^[A-Z]{3}$/.test(from ?? "") ? from : undefined,
    trip: given.get("trip") === "return" ? "return" : undefined,
    adults: Number.isInteger(adults) && adults > 1 && adults <= 9 ? adults : undefined,
    cabin: cabins.find((each) => each === given.get("cabin")),
    currency: given.get("currency")?.toUpperCase() ?? me?.currency ?? own,
    language: locale.startsWith("de") ? "de" : undefined,
  };
  const { language: _, ...kept } = wanted;
  return [wanted, (part) => go(path + toSearch({ ...kept, ...part }), { replace: true })];
}
