import * as Money from "../base/money.ts";
import type { Watched } from "../outbox.ts";

/** STN to BGY; LHR or LGW to JFK. */
export function route({ origin, destination, what }: Watched): string {
  return `${either(what?.origin ?? origin)} to ${either(what?.destination ?? destination)}`;
}

/** Flights from STN to BGY on 1 August 2026, back on 8 August 2026. */
export function flights(watched: Watched): string {
  return `flights from ${route(watched)} ${dates(watched)}`;
}

function dates({ departureDate, returnDate, what }: Watched): string {
  if (what?.weekendsIn) return `on any weekend in ${month(what.weekendsIn)}`;
  if (what?.departureFrom && what.departureTo) {
    const between = `between ${day(what.departureFrom)} and ${day(what.departureTo)}`;
    if (!what.stayNights) return between;
    const { min, max } = what.stayNights;
    const nights = max === 1 ? "1 night" : `${min === max ? max : `${min} to ${max}`} nights`;
    return `${between}, back after ${nights}`;
  }
  const back = returnDate === null ? "" : `, back on ${day(returnDate)}`;
  return `on ${day(departureDate)}${back}`;
}

/** 2026-08-01 → 1 August 2026. */
export function day(date: string): string {
  return new Date(date).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
}

/** 18000 GBP → 180.00 GBP. */
export function price(minor: number, currency: string): string {
  return `${Money.toInfo(minor, currency).amount} ${currency}`;
}

function month(text: string): string {
  return new Date(text).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

const either = (places: string | string[]) => [places].flat().join(" or ");
