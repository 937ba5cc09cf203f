import type * as v from "valibot";
import { daysBetween } from "../base/day.ts";
import type { Names, Segment, Slice } from "../flight.ts";
import type { Part } from "./layout.ts";
import type { AlertWords } from "./words/alertshape.ts";
import { day } from "./words/format.ts";

type SliceOf = v.InferOutput<typeof Slice>;
type SegmentOf = v.InferOutput<typeof Segment>;

/**
 * The flights of an offer, one direction after the other, in the local times of their airports; +1 marks a time on the
 * day after the direction begins.
 */
export function flightParts(slices: SliceOf[], names: Names, words: AlertWords): Part[] {
  return slices.flatMap((slice, index): Part[] => [
    { heading: words.direction(index, day(dateOf(slice.departingAt), words.locale)), level: 3 },
    {
      list: [
        ...slice.segments.map((segment) => line(segment, dateOf(slice.departingAt), names, words)),
        words.stops(
          slice.stops,
          slice.segments.slice(0, -1).map(({ destination }) => cityOf(destination, names)),
          durationOf(slice.duration, words),
        ),
      ],
    },
  ]);
}

/** BA117 British Airways, 08:25 London Heathrow Airport (LHR) – 11:15 John F Kennedy International Airport (JFK) */
function line(segment: SegmentOf, begun: string, names: Names, words: AlertWords): string {
  const { carrier, operatingCarrier, flightNumber, origin, destination, departingAt, arrivingAt, cabin } = segment;
  const airline = (code: string) => names.carriers[code] ?? code;
  const parts = [
    `${carrier}${flightNumber} ${airline(carrier)}`,
    `${timeOf(departingAt, begun)} ${airportOf(origin, names)} – ${timeOf(arrivingAt, begun)} ${airportOf(destination, names)}`,
    ...(operatingCarrier !== null && operatingCarrier !== carrier ? [words.operatedBy(airline(operatingCarrier))] : []),
    ...(cabin ? [words.cabin(cabin)] : []),
  ];
  return parts.join(", ");
}

const dateOf = (local: string) => local.slice(0, 10);

/** 08:25, or 08:25 +1 on the day after `begun`. */
function timeOf(local: string, begun: string): string {
  const days = daysBetween(begun, dateOf(local));
  return `${local.slice(11, 16)}${days === 0 ? "" : ` ${days > 0 ? "+" : "−"}${Math.abs(days)}`}`;
}

function airportOf(code: string, names: Names): string {
  const place = names.places[code];
  return place ? `${place.name} (${code})` : code;
}

/** The city of an airport, by which people know it. */
export function cityOf(code: string, names: Names): string {
  return names.places[code]?.city ?? code;
}

/** PT9H35M in words. */
function durationOf(duration: string, words: AlertWords): string {
  const [, days = 0, hours = 0, minutes = 0] = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?/.exec(duration) ?? [];
  return words.duration(Number(days) * 24 + Number(hours), Number(minutes));
}
