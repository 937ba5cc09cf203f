import { search as toSearch } from "../api/address.ts";
import type { Filters, Journey } from "../data/flights.ts";

const cabins = ["economy", "premium_economy", "business", "first"] as const;
/** Also a day that the calendar has: not 30 February. */
const isDay = (text: string | null): text is string =>
  /^\d{4}-\d{2}-\d{2}$/.test(text ?? "") &&
  !Number.isNaN(Date.parse(text!)) &&
  new Date(text!).toISOString().startsWith(text!);
const codes = (text: string | null) =>
  (text ?? "")
    .toUpperCase()
    .split(",")
    .filter((code) => /^[A-Z]{3}$/.test(code))
    .join(",");
const count = (text: string | null, least: number, most: number, otherwise: number) => {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value >= least && value <= most ? value : otherwise;
};

/** The journey in the address of a page; what is missing or cannot be is as in an empty form. */
export function readJourney(search: string): Journey {
  const given = new URLSearchParams(search);
  const cabin = cabins.find((each) => each === given.get("cabin"));
  const [departureDate, returnDate, currency] = ["departureDate", "returnDate", "currency"].map((name) =>
    given.get(name),
  );
  const ages = (given.get("childAges") ?? "").split(",").map(Number);
  return {
    origin: codes(given.get("origin")),
    destination: codes(given.get("destination")),
    departureDate: isDay(departureDate ?? null) ? departureDate! : "",
    returnDate: isDay(returnDate ?? null) ? returnDate! : undefined,
    adults: count(given.get("adults"), 1, 9, 1),
    childAges: ages.filter((age) => Number.isInteger(age) && age >= 2 && age <= 17).slice(0, 8),
    infants: count(given.get("infants"), 0, 9, 0),
    cabin: cabin ?? "economy",
    currency: /^[A-Z]{3}$/.test(currency ?? "") ? currency! : undefined,
  };
}

export function readFilters(search: string): Filters {
  const given = new URLSearchParams(search);
  const sort = (["price", "duration", "departure", "arrival"] as const).find((each) => each === given.get("sort"));
  const airlines = (given.get("airlines") ?? "").split(",").filter((code) => /^[A-Z0-9]{2}$/.test(code));
  const time = (name: string) => (/^\d{2}:\d{2}$/.test(given.get(name) ?? "") ? given.get(name)! : undefined);
  const stops = [0, 1, 2].filter((each) => (given.get("stops") ?? "").split(",").includes(String(each)));
  return {
    sort,
    stops: stops.length > 0 ? stops : undefined,
    bags: given.get("bags") === "1" ? 1 : undefined,
    airlines: airlines.length > 0 ? airlines : undefined,
    departAfter: time("departAfter"),
    departBefore: time("departBefore"),
    returnDepartAfter: time("returnDepartAfter"),
    returnDepartBefore: time("returnDepartBefore"),
    refundable: given.get("refundable") === "true" ? true : undefined,
  };
}

/** Every filter unset; the order stays. */
export const noFilters = {
  stops: undefined,
  bags: undefined,
  airlines: undefined,
  departAfter: undefined,
  departBefore: undefined,
  returnDepartAfter: undefined,
  returnDepartBefore: undefined,
  refundable: undefined,
} satisfies Filters;

export function journeyAddress(page: string, journey: Journey, filters: Filters = {}): string {
  const { adults, cabin, infants, ...rest } = journey;
  return (
    page +
    toSearch({
      ...rest,
      ...(adults === 1 ? {} : { adults }),
      ...(infants === 0 ? {} : { infants }),
      ...(cabin === "economy" ? {} : { cabin }),
      ...filters,
    })
  );
}

export const isComplete = (journey: Journey) =>
  journey.origin !== "" && journey.destination !== "" && journey.departureDate !== "";

/** The nights between departure and return; null for one way. */
export function nightsOf({ departureDate, returnDate }: Pick<Journey, "departureDate" | "returnDate">): number | null {
  return returnDate ? Math.round((Date.parse(returnDate) - Date.parse(departureDate)) / 86_400_000) : null;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
