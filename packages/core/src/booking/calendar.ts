import * as Airport from "../airport.ts";
import { addDays } from "../base/day.ts";
import { calendarFile, calendarMoment, calendarText } from "../base/feedtext.ts";
import { instantOf } from "../base/zone.ts";
import type { Segment } from "../flight.ts";
import { get } from "./read.ts";
import { isOff } from "./schema.ts";

/**
 * The flights of a user's booking as a calendar (RFC 5545), in UTC, so that each clock shows its own time; its days alone
 * where no more is known.
 * @throws Problem `booking.missing`
 */
export async function calendar(userId: string, id: string, at: Date): Promise<string> {
  const booking = await get(userId, id, at);
  const utc = (code: string, local: string) => calendarMoment(instantOf(Airport.find(code)?.timeZone ?? "UTC", local));
  const nameOf = (code: string) => booking.places[code]?.name ?? code;
  const around = (index: number, lines: string[]) => [
    "BEGIN:VEVENT",
    `UID:${booking.id}.${index}@travel-conductor`,
    `DTSTAMP:${calendarMoment(at.getTime())}`,
    `SEQUENCE:${booking.events.length}`,
    `STATUS:${isOff(booking.status) ? "CANCELLED" : /^(confirmed|changing)$/.test(booking.status) ? "CONFIRMED" : "TENTATIVE"}`,
    ...lines,
    `DESCRIPTION:${calendarText(`Booking ${booking.reference}${booking.simulated ? " (simulated)" : ""}`)}`,
    "CLASS:PRIVATE",
    "END:VEVENT",
  ];
  const event = (segment: Segment, index: number) =>
    around(index, [
      `DTSTART:${utc(segment.origin, segment.departingAt)}`,
      `DTEND:${utc(segment.destination, segment.arrivingAt)}`,
      `SUMMARY:${calendarText(`${segment.carrier} ${segment.flightNumber} ${segment.origin} – ${segment.destination}`)}`,
      `LOCATION:${calendarText(nameOf(segment.origin))}`,
    ]);
  const segments = booking.slices.flatMap((slice) => slice.segments);
  const { origin, destination, departureDate, returnDate } = booking.journey;
  const ways = [
    [departureDate, `${origin} – ${destination}`],
    [returnDate, `${destination} – ${origin}`],
  ] as const;
  // Of a booking that was moved in the days alone are known.
  const days = ways.flatMap(([day, way], index) =>
    day === null
      ? []
      : around(index, [
          `DTSTART;VALUE=DATE:${day.replaceAll("-", "")}`,
          `DTEND;VALUE=DATE:${addDays(day, 1).replaceAll("-", "")}`,
          `SUMMARY:${calendarText(way)}`,
          "TRANSP:TRANSPARENT",
        ]),
  );
  return calendarFile("Bookings", segments.length > 0 ? segments.flatMap(event) : days);
}
