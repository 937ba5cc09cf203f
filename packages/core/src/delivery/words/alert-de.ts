import type { AlertWords, Cabin } from "./alertshape.ts";
import { reasons } from "./de.ts";
import { listed } from "./format.ts";

const locale = "de-DE";
const plural = (count: number, one: string, other: string) => `${count} ${count === 1 ? one : other}`;

const cabins: Record<Cabin, string> = {
  economy: "Economy",
  premium_economy: "Premium Economy",
  business: "Business",
  first: "First Class",
};

export const alertDe: AlertWords = {
  locale,
  title: (from, to, price) => `${from} – ${to} für ${price}`,
  several: (count) => `${count} Preise sind gefallen`,
  prices: (before, now, target) =>
    [...(before ? [`Vorher ${before}`] : []), `jetzt ${now}`, ...(target ? [`Ihr Preis ${target}`] : [])]
      .join(" → ")
      .replace(/^j/, "J"),
  reasons: (alert) => alert.rules.map((rule) => reasons[rule](alert)),
  alreadyTrue: "Das galt schon, als wir zum ersten Mal nachgesehen haben.",
  mistakeFare:
    "Das kann ein Irrtum der Fluggesellschaft sein: Der Preis liegt weit unter dem üblichen. Solche Tickets werden manchmal storniert; buchen Sie nichts, was davon abhängt, bevor das Ticket ausgestellt ist.",
  simulated: "Dieser Preis ist simuliert: Diesen Flug gibt es nicht, und zu kaufen ist nichts.",
  labels: {
    why: "Warum",
    days: "Tage",
    total: "Gesamtpreis",
    party: "Für",
    rank: "Im Verlauf",
    bags: "Gepäck",
    refund: "Erstattung",
    change: "Umbuchung",
    seen: "Gesehen",
    confirmed: "Bestätigt",
    again: "Noch einmal geprüft",
    until: "Gilt bis",
  },
  days: (out, back) => (back === null ? out : `${out}, zurück ${back}`),
  total: (total, each, isExact) => (each === null ? total : `${total}, ${isExact ? "" : "etwa "}${each} je Person`),
  party: ({ adults, childAges, infants }, cabin) =>
    [
      listed(
        [
          plural(adults, "Erwachsener", "Erwachsene"),
          ...(childAges.length > 0 ? [`${plural(childAges.length, "Kind", "Kinder")} (${childAges.join(", ")})`] : []),
          ...(infants > 0 ? [`${plural(infants, "Baby", "Babys")} auf dem Schoß`] : []),
        ],
        locale,
      ),
      ...(cabin ? [cabins[cabin]] : []),
    ].join(", "),
  rank: (place, days) =>
    place === 1 ? `der niedrigste von ${days} Tagen` : `der ${place}.-niedrigste von ${days} Tagen`,
  direction: (index, day) => `${index === 0 ? "Hinflug" : index === 1 ? "Rückflug" : `Flug ${index + 1}`}: ${day}`,
  stops: (count, places, duration) => {
    if (count === 0) return `Ohne Halt, ${duration}`;
    return `${plural(count, "Halt", "Halte")}${places.length > 0 ? ` in ${listed(places, locale)}` : ""}, ${duration}`;
  },
  duration: (hours, minutes) =>
    [...(hours ? [`${hours} Std.`] : []), ...(minutes ? [`${minutes} Min.`] : [])].join(" "),
  operatedBy: (airline) => `durchgeführt von ${airline}`,
  cabin: (cabin) => cabins[cabin],
  bags: (bags) =>
    bags === null
      ? "dazu sagt der Verkäufer nichts"
      : `${bags.carryOn} Handgepäck, ${plural(bags.checked, "Gepäckstück", "Gepäckstücke")} je Person`,
  term: (condition) => {
    if (condition === null) return "dazu sagt der Verkäufer nichts";
    if (!condition.allowed) return "nicht möglich";
    return condition.penalty === null ? "möglich" : `möglich für ${condition.penalty}`;
  },
  notConfirmed: "von niemandem: Der Preis ist, wie er gesehen wurde",
  notAgain: "Bis zum Versand dieser Nachricht gab es keinen neueren Preis: Er ist, wie er gesehen wurde.",
  again: (moment, price) => `${moment}: ${price}`,
  chart: (days) => `Der niedrigste Preis jedes Tages, ${plural(days, "Tag", "Tage")}`,
  actions: {
    look: "Flüge ansehen und buchen",
    snooze: "7 Tage davon schweigen",
    stop: "Nicht mehr beobachten",
    booked: "Ich habe gebucht",
    unsubscribe: "Keine Meldungen mehr per E-Mail",
    channels: "Wählen, wohin und wann Meldungen gehen",
    all: "Alle Meldungen ansehen",
  },
  more: (count) => `und ${count} weitere`,
  because: "Sie bekommen das, weil Sie diese Preise mit Travel Conductor beobachten.",
};
