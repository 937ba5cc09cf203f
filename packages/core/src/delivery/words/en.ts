import type { AlertOf } from "../alerts.ts";
import { booking } from "./booking-en.ts";
import { amount, day, route } from "./format.ts";
import type { Words } from "./shape.ts";

const locale = "en-GB";

/** Why an alert came: a sentence for each rule. */
export const reasons: Record<AlertOf["rules"][number], (alert: AlertOf) => string> = {
  target: ({ target, currency }) =>
    target === null
      ? "It is at or below your price."
      : `It is at or below your price, ${amount(target, currency, locale)}.`,
  drop: () => "It is well below what it was in the last two weeks.",
  new_low: () => "It is lower than in the last 90 days.",
  route_low: () => "It is low for this route.",
};

export const en: Words = {
  locale,
  alert: {
    title: ({ watched, price, currency }) => `${route(watched)}: ${amount(price, currency, locale)}`,
    summary: (alert) => {
      const { watched, previousPrice, currency } = alert;
      const before = previousPrice === null ? "" : `Before: ${amount(previousPrice, currency, locale)}. `;
      const back = watched.returnDate === null ? "" : `, back ${day(watched.returnDate, locale)}`;
      return `${day(watched.departureDate, locale)}${back}. ${before}${alert.rules.map((rule) => reasons[rule](alert)).join(" ")}`;
    },
    several: (count) => `${count} prices fell`,
    more: (count) => `and ${count} more`,
  },
  watch: {
    ended: (data) => ({
      title: `${route(data)}: the watch has ended`,
      text:
        data.lowest === null
          ? "No price was found."
          : `The lowest price found was ${amount(data.lowest, data.currency, locale)}.`,
    }),
    paused: (data) => ({
      title: `${route(data)}: the watch is paused`,
      text: "The last five looks found no flights for sale. Resume it when you think they are sold again.",
    }),
  },
  booking,
  test: { title: "This channel works", text: "You asked Travel Conductor for this message. Alerts will come here." },
};
