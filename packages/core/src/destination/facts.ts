import { getTimes } from "suncalc";
import * as Airline from "../airline.ts";
import type * as Airport from "../airport.ts";
import { formatLocal, localDay, localMinutes, offset } from "../base/zone.ts";
import * as Flight from "../flight.ts";
import type { Facts } from "./schema.ts";

type Land = { currencies: string[]; languages: string[]; callingCodes: string[] };

let loaded: Promise<Map<string, Land>> | undefined;

/** Facts about each country with an airport, by its code. */
function lands(): Promise<Map<string, Land>> {
  const words = (text: string) => text.split(" ").filter(Boolean);
  loaded ??= import("../../data/lands.json").then(({ default: { rows } }) => {
    const read = ([code, currencies, languages, codes]: [string, string, string, string]) =>
      [code, { currencies: words(currencies), languages: words(languages), callingCodes: words(codes) }] as const;
    return new Map((rows as [string, string, string, string][]).map(read));
  });
  return loaded;
}

/** Facts about a place at `at`, and about the way there from the airports of `home`, if that is known. */
export async function factsOf(place: Airport.Info, home: Airport.Airport[], at: Date): Promise<Facts> {
  const [known, nonstop] = await Promise.all([lands(), nonstopTo(place, home)]);
  const { country, timeZone } = place;
  const land = known.get(country) ?? { currencies: [], languages: [], callingCodes: [] };
  const here = offset(timeZone, at.getTime());
  const [first] = home;
  return {
    ...land,
    time: { offset: here, ahead: first ? here - offset(first.timeZone, at.getTime()) : null },
    daylight: daylight(place, at),
    nonstop,
  };
}

async function nonstopTo({ airports }: Airport.Info, home: Airport.Airport[]): Promise<Facts["nonstop"]> {
  const starts = home.map(({ code }) => code);
  const [from, fromHome, airlines] = await Promise.all([
    Flight.startsTo(airports),
    Flight.nonstops(starts, airports),
    Airline.all(),
  ]);
  const named = fromHome.map(({ airlines: flown, ...each }) => ({
    ...each,
    airlines: flown.map(({ airline, weekly }) => ({
      code: airline,
      name: airlines.get(airline)?.name ?? airline,
      weekly,
    })),
  }));
  return { airports: from, fromHome: named };
}

/** The length of the 15th of each month of the year of `at`, and when the sun rises and sets there. */
function daylight({ location: { latitude, longitude }, timeZone }: Airport.Info, at: Date): Facts["daylight"] {
  const year = Number(localDay(timeZone, at.getTime()).slice(0, 4));
  return Array.from({ length: 12 }, (_, index) => {
    const noon = Date.UTC(year, index, 15, 12) - longitude * 240_000;
    const { sunrise, sunset, alwaysUp } = getTimes(new Date(noon), latitude, longitude);
    if (!sunrise || !sunset) return { month: index + 1, minutes: alwaysUp ? 1_440 : 0, sunrise: null, sunset: null };
    const length = Math.round((sunset.getTime() - sunrise.getTime()) / 60_000);
    return { month: index + 1, minutes: length, sunrise: clock(timeZone, sunrise), sunset: clock(timeZone, sunset) };
  });
}

/** HH:MM. */
const clock = (zone: string, moment: Date) => formatLocal(Math.round(localMinutes(zone, moment.getTime()))).slice(11);
