import { addDays, dayNumber, isoDay, msPerDay } from "@travel-conductor/core/base/day";
import type { Journey } from "@travel-conductor/core/sweep";

/** Origin, destination, currency, and the nights until the return, none for one way. */
type Route = [origin: string, destination: string, currency: string, nights?: number];

/** Each has two departures between 14 and 120 days ahead. */
const routes: Route[] = [
  ["LHR", "JFK", "GBP"],
  ["LHR", "JFK", "GBP", 7],
  ["LHR", "SYD", "GBP"],
  ["LHR", "SIN", "GBP"],
  ["LHR", "DXB", "GBP", 7],
  ["LGW", "AGP", "GBP"],
  ["STN", "BGY", "GBP"],
  ["STN", "DUB", "GBP"],
  ["MAN", "AGP", "GBP", 7],
  ["EDI", "AMS", "GBP"],
  ["DUB", "LHR", "EUR"],
  ["CDG", "JFK", "EUR"],
  ["CDG", "HND", "EUR"],
  ["CDG", "FCO", "EUR"],
  ["ORY", "BCN", "EUR"],
  ["FRA", "LIS", "EUR"],
  ["FRA", "BKK", "EUR"],
  ["MUC", "ATH", "EUR"],
  ["BER", "PMI", "EUR", 7],
  ["AMS", "BCN", "EUR"],
  ["MAD", "MEX", "EUR"],
  ["MXP", "LHR", "EUR"],
  ["VIE", "LHR", "EUR"],
  ["ZRH", "LHR", "CHF"],
  ["CPH", "LHR", "DKK"],
  ["JFK", "LAX", "USD"],
  ["JFK", "LHR", "USD", 7],
  ["SFO", "HND", "USD"],
  ["ORD", "MIA", "USD"],
  ["LAX", "HNL", "USD"],
];

/** The journey of the README: 60 days after the day on which it is tried, by UTC's calendar. */
const readme: Route = ["LON", "BCN", "GBP"];
const readmeDays = 60;
/** The journeys of the README's calendar. */
const readmeReturn: Route = ["LON", "BCN", "GBP", 3];

/** The README's journey where product time is turned: a sale that the market always has. */
const readmeSale: Route = ["LUX", "LIS", "EUR"];

/** The days between two departures of the README's journey, so that each month of its destination's page has prices. */
const costsApart = 9;

/** The days of past, and those of the other days that a calendar shows: it gives a price that is not older than two. */
const past = 90;
const shown = 2;

const window = { first: 14, last: 120 };
/** The days between two departures of a route, so that two of them are in the window. */
const apart = (window.last - window.first + 1) / 2;

/**
 * The journeys whose past `npm start` fills as of `at`, the most asked for first: the README's, on the day that it names
 * and one day around it, and every ninth day; the routes above; and the days of the month that the README's calendar shows. A departure stays
 * until it is nearer than 14 days.
 */
export function journeysAt(at: Date): Journey[] {
  const today = dayNumber(at.getTime());
  const named = today + readmeDays;
  const month = monthOf(named);
  const nearby = Array.from({ length: 15 }, (_, index) => named - 7 + index);
  const full = [named, named + 1, named - 1].flatMap((day) => [
    journey(readme, day, past),
    journey(readmeSale, day, past),
  ]);
  const others = routes.flatMap((route, index) =>
    departures(today, index).map((departs) => journey(route, departs, past)),
  );
  const spread = Array.from(
    { length: window.last - window.first + 1 },
    (_, index) => today + window.first + index,
  ).filter((day) => day % costsApart === 0 && Math.abs(day - named) > 1);
  const calendar = [
    ...month.map((day) => journey(readmeReturn, day, shown)),
    ...[...new Set([...month, ...nearby])]
      .filter((day) => Math.abs(day - named) > 1 && !spread.includes(day))
      .map((day) => journey(readme, day, shown)),
  ];
  return [...full, ...spread.map((day) => journey(readme, day, past)), ...others, ...calendar];
}

/** The departures (days since 1970) of a route within the window, spread evenly over the routes. */
function departures(today: number, index: number): number[] {
  const offset = (index * apart) / routes.length;
  const first = Math.ceil((today + window.first - offset) / apart);
  return [first, first + 1]
    .map((count) => Math.floor(count * apart + offset))
    .filter((day) => day - today >= window.first && day - today <= window.last);
}

/** The days of the month of a day. */
function monthOf(day: number): number[] {
  const month = isoDay(day * msPerDay).slice(0, 7);
  const first = dayNumber(Date.parse(`${month}-01`));
  return Array.from({ length: 31 }, (_, index) => first + index).filter((each) =>
    isoDay(each * msPerDay).startsWith(month),
  );
}

function journey([origin, destination, currency, nights]: Route, departs: number, days: number): Journey {
  const departureDate = isoDay(departs * msPerDay);
  return {
    days,
    criteria: {
      origin,
      destination,
      departureDate,
      returnDate: nights === undefined ? null : addDays(departureDate, nights),
      adults: 1,
      childAges: [],
      infants: 0,
      cabin: "economy",
      maxStops: null,
      currency,
    },
  };
}
