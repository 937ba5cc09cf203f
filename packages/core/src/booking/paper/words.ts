import type { Payment, Status } from "../schema.ts";

/** The words of an itinerary and a receipt. */
export type Words = {
  itinerary: string;
  receipt: string;
  reference: string;
  airlineReference: string;
  status: string;
  statuses: Record<Status, string>;
  flights: string;
  passengers: string;
  nameless: string;
  kinds: Record<string, string>;
  tickets: string;
  departs: string;
  arrives: string;
  operatedBy: (airline: string) => string;
  cabins: Record<string, string>;
  local: string;
  daysOnly: string;
  simulated: string;
  fare: string;
  bags: string;
  bagsEach: (carryOn: number, checked: number) => string;
  refund: string;
  change: string;
  allowed: string;
  allowedFor: (fee: string) => string;
  free: string;
  notAllowed: string;
  total: string;
  payment: string;
  payments: Record<Payment, string>;
  oldPayment: string;
  booked: string;
  termsAccepted: (version: string) => string;
  made: (moment: string) => string;
};

const en: Words = {
  itinerary: "Itinerary",
  receipt: "Receipt",
  reference: "Booking",
  airlineReference: "Airline's reference",
  status: "Status",
  statuses: {
    pending: "Being booked",
    action_required: "Waits for your bank",
    ordering: "Being booked",
    unknown: "Not known yet: do not book again",
    confirmed: "Confirmed",
    held: "Held, not paid yet",
    failed: "Not booked",
    changing: "Being changed",
    cancelling: "Being cancelled",
    cancelled: "Cancelled",
    expired: "Hold ran out",
  },
  flights: "Flights",
  passengers: "Passengers",
  nameless: "Name not known",
  kinds: { adult: "adult", child: "child", infant: "infant" },
  tickets: "Tickets",
  departs: "Departure",
  arrives: "Arrival",
  operatedBy: (airline) => `operated by ${airline}`,
  cabins: { economy: "Economy", premium_economy: "Premium Economy", business: "Business", first: "First" },
  local: "Times are those of each airport.",
  daysOnly: "The times of these flights are not known here: this booking came from the old site.",
  simulated: "Simulated: this booking was made in the simulated market, and no seat is reserved.",
  fare: "What the fare allows",
  bags: "Bags",
  bagsEach: (carryOn, checked) => `${carryOn} carry-on, ${checked} checked, for each traveler with a seat`,
  refund: "Refund before departure",
  change: "Change before departure",
  allowed: "Possible",
  allowedFor: (fee) => `Possible, for ${fee}`,
  free: "Possible, free of charge",
  notAllowed: "Not possible",
  total: "Total",
  payment: "Payment",
  payments: {
    none: "Not taken",
    authorized: "Reserved on the card",
    paid: "Paid by card",
    due: "Due",
    released: "Reservation let go",
    refunding: "Refund on its way",
    refunded: "Refunded",
    refund_failed: "Refund failed",
  },
  oldPayment: "Booked on the old site",
  booked: "Booked",
  termsAccepted: (version) => `Terms of ${version} accepted.`,
  made: (moment) => `As of ${moment}.`,
};

const de: Words = {
  itinerary: "Reiseplan",
  receipt: "Beleg",
  reference: "Buchung",
  airlineReference: "Referenz der Fluggesellschaft",
  status: "Stand",
  statuses: {
    pending: "Wird gebucht",
    action_required: "Wartet auf Ihre Bank",
    ordering: "Wird gebucht",
    unknown: "Noch nicht bekannt: buchen Sie nicht noch einmal",
    confirmed: "Bestätigt",
    held: "Gehalten, noch nicht bezahlt",
    failed: "Nicht gebucht",
    changing: "Wird geändert",
    cancelling: "Wird storniert",
    cancelled: "Storniert",
    expired: "Haltefrist abgelaufen",
  },
  flights: "Flüge",
  passengers: "Reisende",
  nameless: "Name nicht bekannt",
  kinds: { adult: "Erwachsener", child: "Kind", infant: "Kleinkind" },
  tickets: "Tickets",
  departs: "Abflug",
  arrives: "Ankunft",
  operatedBy: (airline) => `durchgeführt von ${airline}`,
  cabins: { economy: "Economy", premium_economy: "Premium Economy", business: "Business", first: "First" },
  local: "Zeiten sind die des jeweiligen Flughafens.",
  daysOnly: "Die Zeiten dieser Flüge sind hier nicht bekannt: diese Buchung kam von der alten Seite.",
  simulated: "Simuliert: diese Buchung entstand im simulierten Markt, kein Platz ist reserviert.",
  fare: "Was der Tarif erlaubt",
  bags: "Gepäck",
  bagsEach: (carryOn, checked) => `${carryOn} Handgepäck, ${checked} aufgegeben, je Reisendem mit Sitzplatz`,
  refund: "Erstattung vor dem Abflug",
  change: "Umbuchung vor dem Abflug",
  allowed: "Möglich",
  allowedFor: (fee) => `Möglich, für ${fee}`,
  free: "Möglich, kostenlos",
  notAllowed: "Nicht möglich",
  total: "Gesamtpreis",
  payment: "Zahlung",
  payments: {
    none: "Nicht abgebucht",
    authorized: "Auf der Karte vorgemerkt",
    paid: "Mit Karte bezahlt",
    due: "Offen",
    released: "Vormerkung aufgehoben",
    refunding: "Erstattung unterwegs",
    refunded: "Erstattet",
    refund_failed: "Erstattung gescheitert",
  },
  oldPayment: "Auf der alten Seite gebucht",
  booked: "Gebucht",
  termsAccepted: (version) => `Bedingungen vom ${version} angenommen.`,
  made: (moment) => `Stand: ${moment}.`,
};

/** The words of a language (BCP 47) and the locale of their dates and amounts; English for one that has none. */
export function wordsOf(language: string | null): { words: Words; locale: string } {
  const locale = language ?? "en-GB";
  if (/^de\b/i.test(locale)) return { words: de, locale };
  return { words: en, locale: /^en\b/i.test(locale) ? locale : "en-GB" };
}
