import * as Airport from "../airport.ts";
import { calendarFile, calendarMoment, calendarText } from "../base/feedtext.ts";
import { instantOf } from "../base/zone.ts";
import type { Segment } from "../flight.ts";
import { get } from "./read.ts";
import { isOff } from "./schema.ts";

/**
 * The flights of a user's booking as a calendar (RFC 5545), in UTC, so that each clock shows its own time.
 * @throws Problem `booking.missing`
 */
export async function calendar(userId: string, id: string, at: Date): Promise<string> {
  const booking = await get(userId, id, at);
  const airports = await Airport.all();
  const utc = (code: string, local: string) => calendarMoment(instantOf(airports.get(code)?.timeZone ?? "UTC", local));
  const nameOf = (code: string) => booking.places[code]?.name ?? code;
  const event = (segment: Segment, index: number) => [
    "BEGIN:VEVENT",
    `UID:${booking.id}.${index}@travel-conductor`,
    `DTSTAMP:${calendarMoment(at.getTime())}`,
    `SEQUENCE:${booking.events.length}`,
    `STATUS:${isOff(booking.status) ? "CANCELLED" : booking.status === "confirmed" ? "CONFIRMED" : "TENTATIVE"}`,
    `DTSTART:${utc(segment.origin, segment.departingAt)}`,
    `DTEND:${utc(segment.destination, segment.arrivingAt)}`,
    `SUMMARY:${calendarText(`${segment.carrier} ${segment.flightNumber} ${segment.origin} – ${segment.destination}`)}`,
    `LOCATION:${calendarText(nameOf(segment.origin))}`,
    `DESCRIPTION:${calendarText(`Booking ${booking.reference}${booking.simulated ? " (simulated)" : ""}`)}`,
    "CLASS:PRIVATE",
    "END:VEVENT",
  ];
  const segments = booking.slices.flatMap((slice) => slice.segments);
  return calendarFile("Bookings", segments.flatMap(event));
}
