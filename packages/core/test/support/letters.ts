import { dayNumber, msPerDay } from "../../src/base/day.ts";
import type { AlertOf } from "../../src/delivery/alerts.ts";
import type { Claimed } from "../../src/delivery/claim.ts";
import * as Flight from "../../src/flight.ts";

/** When the alert of these letters was given. */
export const seen = new Date("2026-03-28T12:05:00.000Z");

/** A message of alerts to an e-mail channel. */
export function message(over: Partial<Claimed> = {}): Claimed {
  return {
    id: "msg_01",
    requestId: null,
    fence: "1",
    kind: "alerts",
    userId: "usr_00000000000000000000000000",
    email: "ada@example.com",
    isProven: true,
    language: "en",
    timeZone: "Europe/Berlin",
    data: {},
    words: null,
    held: false,
    checkedUntil: null,
    attempts: 1,
    wishes: null,
    slotAt: null,
    createdAt: seen.getTime(),
    triedAt: null,
    channel: {
      id: "chn_00000000000000000000000000",
      kind: "email",
      status: "on",
      shown: null,
      sealed: null,
      version: 1,
      versionAt: 0,
    },
    ...over,
  };
}

export const offer: Flight.KeptOffer = {
  provider: "duffel",
  reference: "off_1",
  simulated: false,
  total: 360_00,
  currency: "GBP",
  expiresAt: "2026-03-28T12:35:00.000Z",
  conditions: {
    refund: { allowed: false, penalty: null },
    change: { allowed: true, penalty: { total: 75_00, currency: "GBP" } },
  },
  bags: { carryOn: 1, checked: 0 },
  documentsRequired: false,
  payment: { instant: true, payBy: null, priceUntil: null },
  slices: [
    Flight.sliceOf(
      [
        segment("BA", "117", "LHR", "JFK", "2026-08-01T08:25", "2026-08-01T11:15"),
        segment("AA", "20", "JFK", "SFO", "2026-08-01T22:40", "2026-08-02T02:05", "BA"),
      ],
      25 * 60 + 40,
    ),
    Flight.sliceOf([segment("BA", "286", "SFO", "LHR", "2026-08-08T16:30", "2026-08-09T10:55")], 625),
  ],
};

export function segment(
  carrier: string,
  flightNumber: string,
  origin: string,
  destination: string,
  departingAt: string,
  arrivingAt: string,
  operatingCarrier: string | null = null,
) {
  return { carrier, flightNumber, origin, destination, departingAt, arrivingAt, operatingCarrier };
}

/** An alert of £360.00 after £480.00 for two adults and a child; the 29 days before were £400.00 and more, but two. */
export async function alert(over: Partial<AlertOf> = {}): Promise<AlertOf> {
  const today = dayNumber(seen.getTime());
  const days = Array.from({ length: 29 }, (_, n) => today - 29 + n);
  const offers = over.offer === null ? [] : [over.offer ?? offer];
  return {
    messageId: "msg_01",
    id: "alr_00000000000000000000000001",
    at: seen.toISOString(),
    watchId: "wch_00000000000000000000000001",
    watched: {
      origin: "LHR",
      destination: "SFO",
      departureDate: "2026-08-01",
      returnDate: "2026-08-08",
      what: null,
      adults: 2,
      childAges: [9],
      infants: 0,
      cabin: "economy",
    },
    price: 360_00,
    previousPrice: 480_00,
    currency: "GBP",
    target: 400_00,
    rules: ["target", "drop"],
    alreadyTrue: false,
    mistakeFare: false,
    source: "duffel",
    offer,
    confirmedAt: new Date(seen.getTime() + 4_000).toISOString(),
    names: await Flight.namesOfOffers(offers, ["LHR", "SFO"]),
    days,
    lows: days.map((_, n) => (n === 3 || n === 9 ? 350_00 : 400_00 + n * 1_00)),
    now: {
      fareId: "far_1",
      isBasket: false,
      price: 360_00,
      status: "ok",
      checkedAt: seen.getTime(),
      state: "",
      isActive: true,
      ended: false,
      endsAt: seen.getTime() + 100 * msPerDay,
      snoozedUntil: null,
      isOther: false,
    },
    ...over,
  };
}
