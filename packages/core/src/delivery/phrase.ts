import * as Money from "../base/money.ts";
import type { Watched } from "../outbox.ts";

/** STN to BGY; LHR or LGW to JFK. */
export function formatRoute({ origin, destination, what }: Watched): string {
  return `${either(what?.origin ?? origin)} to ${either(what?.destination ?? destination)}`;
}

/** Flights from STN to BGY on 1 August 2026, back on 8 August 2026. */
export function formatFlights(watched: Watched): string {
  return `flights from ${formatRoute(watched)} ${formatDates(watched)}`;
}

function formatDates({ departureDate, returnDate, what }: Watched): string {
  if (what?.weekendsIn) return `on any weekend in ${formatMonth(what.weekendsIn)}`;
  if (what?.departureFrom && what.departureTo) {
    const between = `between ${formatDay(what.departureFrom)} and ${formatDay(what.departureTo)}`;
    if (!what.stayNights) return between;
    const { min, max } = what.stayNights;
    const nights = max === 1 ? "1 night" : `${min === max ? max : `${min} to ${max}`} nights`;
    return `${between}, back after ${nights}`;
  }
  const back = returnDate === null ? "" : `, back on ${formatDay(returnDate)}`;
  return `on ${formatDay(departureDate)}${back}`;
}

/** 2026-08-01 → 1 August 2026. */
export function formatDay(date: string): string {
  return new Date(date).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
}

/** 18000 GBP → 180.00 GBP. */
export function formatPrice(minor: number, currency: string): string {
  return `${Money.toInfo(minor, currency).amount} ${currency}`;
}

function formatMonth(text: string): string {
  return new Date(text).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

const either = (places: string | string[]) => [places].flat().join(" or ");
