import { randomBytes } from "node:crypto";
import * as Airport from "@travel-conductor/core/airport";
import { formatLocal, instant, localMinutes } from "@travel-conductor/core/base/zone";
import type { Search } from "./schema.ts";

/** An offer as Duffel sends it; a test may change any part of it. */
export type DuffelOffer = Awaited<ReturnType<typeof offersFor>>[number];

export const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString("hex")}`;

/** The flights between two airports, and their minutes in the air and on the ground. */
type Way = { leaves: string; flights: { number: string; via: string | null; minutes: number; wait: number }[] };

/** Every day, on every route: two direct flights, one by Frankfurt. */
const ways: Way[] = [
  { leaves: "06:25", flights: [{ number: "0123", via: null, minutes: 125, wait: 0 }] },
  { leaves: "17:40", flights: [{ number: "4725", via: null, minutes: 130, wait: 0 }] },
  {
    leaves: "10:05",
    flights: [
      { number: "801", via: "FRA", minutes: 95, wait: 80 },
      { number: "802", via: null, minutes: 110, wait: 0 },
    ],
  },
];
/**
 * What Duffel sells that is not what was asked: every flight lands at `landsAt` on the way under one number; the first
 * flight of a connection is in `feederCabin`; all leave `daysLater`; the last one lands at `arrivesAt`; one more adult;
 * offers for one direction only. All of it is possible in answers of the real one. Orders are changed for
 * `changePenalty`, or not at all.
 */
export type Market = {
  landsAt: string | null;
  feederCabin: Search["cabin_class"] | null;
  daysLater: number;
  arrivesAt: string | null;
  moreAdults: number;
  partial: boolean;
  changePenalty: string | null;
};
export const plainMarket: Market = {
  landsAt: null,
  feederCabin: null,
  daysLater: 0,
  arrivesAt: null,
  moreAdults: 0,
  partial: false,
  changePenalty: null,
};

const fares = { economy: 1, premium_economy: 1.6, business: 3, first: 5 };

/**
 * Duffel's offers, dearest first: each outward flight with the same return. Duffel's documented test routes behave as
 * documented.
 */
export async function offersFor(
  { slices, passengers, cabin_class, max_connections }: Search,
  currency: string,
  market: Market = plainMarket,
) {
  const route = slices.map(({ origin, destination }) => `${origin}-${destination}`)[0];
  if (route === "PVD-RAI") return [];
  const taken = ways.filter(({ flights }) => flights.length - 1 <= max_connections);
  const more = Array.from({ length: market.moreAdults }, () => ({ type: "adult" as const }));
  const party = [...passengers, ...more].map((one) => ({ id: newId("pas"), ...one }));
  const made = taken.map(async ({ leaves, flights }, index) => {
    const units = party.reduce(
      (sum, one) => sum + ("type" in one ? 100 : one.age < 2 ? 10 : one.age < 12 ? 75 : 100),
      0,
    );
    const total = (units + 20 * index + 0.5) * fares[cabin_class] * slices.length;
    return {
      id: newId("off"),
      live_mode: false as boolean | undefined,
      partial: market.partial,
      created_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 30 * 60_000).toISOString(),
      total_amount: total.toFixed(2),
      total_currency: currency,
      base_amount: (total * 0.8).toFixed(2),
      base_currency: currency,
      tax_amount: (total * 0.2).toFixed(2) as string | null,
      tax_currency: currency,
      owner: airline("ZZ"),
      payment_requirements:
        route === "JFK-EWR"
          ? {
              requires_instant_payment: false,
              payment_required_by: new Date(Date.now() + 48 * 3_600_000).toISOString(),
              price_guarantee_expires_at: new Date(Date.now() + 24 * 3_600_000).toISOString(),
            }
          : { requires_instant_payment: true, payment_required_by: null, price_guarantee_expires_at: null },
      conditions: {
        refund_before_departure: { allowed: true, penalty_amount: "40.00", penalty_currency: currency },
        change_before_departure: {
          allowed: market.changePenalty !== null,
          penalty_amount: market.changePenalty,
          penalty_currency: market.changePenalty && currency,
        },
      },
      passenger_identity_documents_required: false,
      passengers: party.map((one) => ({ ...one, type: "type" in one ? one.type : null, given_name: null })),
      slices: await Promise.all(slices.map((slice) => flown(slice, leaves, flights))),
    };

    async function flown(slice: Search["slices"][number], leaves: string, flights: Way["flights"]) {
      const [origin, destination] = [await airport(slice.origin), await airport(market.arrivesAt ?? slice.destination)];
      const first = Date.parse(`${slice.departure_date}T${leaves}Z`) / 60_000 + market.daysLater * 1_440;
      let from = origin;
      let leaving = instant(from.timeZone, first);
      const segments = [];
      for (const { number, via, minutes, wait } of flights) {
        const to = via === null ? destination : await airport(via);
        const arriving = leaving + minutes * 60_000;
        segments.push({
          id: newId("seg"),
          departing_at: `${formatLocal(localMinutes(from.timeZone, leaving))}:00`,
          arriving_at: `${formatLocal(localMinutes(to.timeZone, arriving))}:00`,
          duration: `PT${Math.floor(minutes / 60)}H${minutes % 60}M`,
          origin: { iata_code: from.code, time_zone: from.timeZone },
          destination: { iata_code: to.code, time_zone: to.timeZone },
          marketing_carrier: airline("ZZ"),
          marketing_carrier_flight_number: number,
          operating_carrier: airline(via === null ? "ZZ" : "BA"),
          stops:
            market.landsAt === null
              ? []
              : [{ id: newId("sto"), airport: { iata_code: market.landsAt }, duration: "PT40M" }],
          passengers: party.map(({ id }) => ({
            passenger_id: id,
            cabin_class: via === null ? cabin_class : (market.feederCabin ?? cabin_class),
            baggages:
              route === "BTS-MRU"
                ? []
                : [
                    { type: "carry_on", quantity: 1 },
                    { type: "checked", quantity: 2 },
                  ],
          })),
        });
        [from, leaving] = [to, arriving + wait * 60_000];
      }
      const minutes = flights.reduce((sum, flight) => sum + flight.minutes + flight.wait, 0);
      return {
        id: newId("sli"),
        duration: `PT${Math.floor(minutes / 60)}H${String(minutes % 60).padStart(2, "0")}M` as string | null,
        origin: { iata_code: slice.origin },
        destination: { iata_code: slice.destination },
        segments,
      };
    }
  });
  return (await Promise.all(made)).reverse();
}

const airline = (code: string) => ({ id: `arl_${code}`, name: `${code} Airways`, iata_code: code });

async function airport(code: string) {
  const [found] = await Airport.expand(code);
  if (!found) throw new Error(`${code} is no airport's`);
  return found;
}
