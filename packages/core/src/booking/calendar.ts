import * as Airport from "../airport.ts";
import { calendarText, folded } from "../base/feedtext.ts";
import { instantOf } from "../base/zone.ts";
import type { Segment } from "../flight.ts";
import { get } from "./read.ts";

/**
 * The flights of a user's booking as a calendar (RFC 5545), in UTC, so that each clock shows its own time.
 * @throws Problem `booking.missing`
 */
export async function calendar(userId: string, id: string, at: Date): Promise<string> {
  const booking = await get(userId, id, at);
  const airports = await Airport.all();
  const utc = (code: string, local: string) => stamp(instantOf(airports.get(code)?.timeZone ?? "UTC", local));
  const nameOf = (code: string) => booking.places[code]?.name ?? code;
  const isOff = ["failed", "cancelled", "expired"].includes(booking.status);
  const event = (segment: Segment, index: number) => [
    "BEGIN:VEVENT",
    `UID:${booking.id}.${index}@travel-conductor`,
    `DTSTAMP:${stamp(at.getTime())}`,
    `SEQUENCE:${booking.events.length}`,
    `STATUS:${isOff ? "CANCELLED" : booking.status === "confirmed" ? "CONFIRMED" : "TENTATIVE"}`,
    `DTSTART:${utc(segment.origin, segment.departingAt)}`,
    `DTEND:${utc(segment.destination, segment.arrivingAt)}`,
    `SUMMARY:${calendarText(`${segment.carrier} ${segment.flightNumber} ${segment.origin} – ${segment.destination}`)}`,
    `LOCATION:${calendarText(nameOf(segment.origin))}`,
    `DESCRIPTION:${calendarText(`Booking ${booking.reference}${booking.simulated ? " (simulated)" : ""}`)}`,
    "CLASS:PRIVATE",
    "END:VEVENT",
  ];
  const segments = booking.slices.flatMap((slice) => slice.segments);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Travel Conductor//Bookings//EN",
    "CALSCALE:GREGORIAN",
    ...segments.flatMap(event),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
