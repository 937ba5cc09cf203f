import { type Slice, spanOf } from "../flight.ts";
import { twinOf } from "./twin.ts";
import type { Change, Work } from "./work.ts";

/** What one sees of a flight: two with the same are the same. */
const shown = (slices: Slice[]) =>
  slices.flatMap(({ segments }) =>
    segments.map(
      ({ carrier, flightNumber, origin, destination, departingAt, arrivingAt }) =>
        `${carrier}${flightNumber} ${origin} ${departingAt} ${destination} ${arrivingAt}`,
    ),
  );

export const isFlown = ({ offer }: Pick<Work, "offer">, slices: Slice[]) =>
  shown(offer.kept.slices).join() === shown(slices).join();

/** A cabin is said where it is not the one that was asked for. */
export const withoutAsked = (slices: Slice[], { criteria: { cabin: asked } }: Work["offer"]): Slice[] =>
  slices.map((slice) => ({
    ...slice,
    segments: slice.segments.map(({ cabin, ...segment }) =>
      cabin === undefined || cabin === asked ? segment : { ...segment, cabin },
    ),
  }));

/** The flights that a booking has from now on. */
export function flying({ offer, party }: Pick<Work, "offer" | "party">, given: Slice[]): Change {
  const slices = withoutAsked(given, offer);
  const [first, back] = [slices[0]!, slices[1]];
  const { departsAt, arrivesAt } = spanOf(slices);
  const days = {
    departureDate: first.departingAt.slice(0, 10),
    returnDate: back?.departingAt.slice(0, 10) ?? null,
  };
  return {
    offer: { kept: { ...offer.kept, slices }, criteria: { ...offer.criteria, ...days } },
    flights: { origin: first.origin, destination: first.destination, ...days, slices },
    departsAt: departsAt.toISOString(),
    arrivesAt: arrivesAt.toISOString(),
    twin: party === null ? null : twinOf(party, slices),
    reminded: null,
  };
}
