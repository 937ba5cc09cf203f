import type { AlertOf } from "../alerts.ts";
import { booking } from "./booking-de.ts";
import { amount, day, route } from "./format.ts";
import type { Words } from "./shape.ts";

const locale = "de-DE";

/** Why an alert came: a sentence for each rule. */
export const reasons: Record<AlertOf["rules"][number], (alert: AlertOf) => string> = {
  target: ({ target, currency }) =>
    target === null
      ? "Er liegt bei Ihrem Preis oder darunter."
      : `Er liegt bei Ihrem Preis oder darunter, ${amount(target, currency, locale)}.`,
  drop: () => "Er liegt deutlich unter dem Preis der letzten zwei Wochen.",
  new_low: () => "Er ist niedriger als in den letzten 90 Tagen.",
  route_low: () => "Er ist niedrig für diese Strecke.",
};

export const de: Words = {
  locale,
  alert: {
    title: ({ watched, price, currency }) => `${route(watched)}: ${amount(price, currency, locale)}`,
    summary: (alert) => {
      const { watched, previousPrice, currency } = alert;
      const before = previousPrice === null ? "" : `Vorher: ${amount(previousPrice, currency, locale)}. `;
      const back = watched.returnDate === null ? "" : `, zurück am ${day(watched.returnDate, locale)}`;
      return `${day(watched.departureDate, locale)}${back}. ${before}${alert.rules.map((rule) => reasons[rule](alert)).join(" ")}`;
    },
    several: (count) => `${count} Preise sind gefallen`,
    more: (count) => `und ${count} weitere`,
  },
  watch: {
    ended: (data) => ({
      title: `${route(data)}: Die Beobachtung ist beendet`,
      text:
        data.lowest === null
          ? "Es wurde kein Preis gefunden."
          : `Der niedrigste gefundene Preis war ${amount(data.lowest, data.currency, locale)}.`,
    }),
    paused: (data) => ({
      title: `${route(data)}: Die Beobachtung pausiert`,
      text: "Bei den letzten fünf Abfragen wurden keine Flüge angeboten. Setzen Sie sie fort, wenn es wieder welche geben könnte.",
    }),
  },
  booking,
  test: {
    title: "Dieser Kanal funktioniert",
    text: "Sie haben Travel Conductor um diese Nachricht gebeten. Meldungen kommen künftig hierher.",
  },
};
