import type { AlertWords, Cabin } from "./alertshape.ts";
import { reasons } from "./en.ts";
import { listed } from "./format.ts";

const locale = "en-GB";
const plural = (count: number, one: string, other: string) => `${count} ${count === 1 ? one : other}`;

const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const ordinal = (count: number) =>
  `${count}${endings[new Intl.PluralRules(locale, { type: "ordinal" }).select(count)] ?? "th"}`;

const cabins: Record<Cabin, string> = {
  economy: "economy",
  premium_economy: "premium economy",
  business: "business",
  first: "first class",
};

export const alertEn: AlertWords = {
  locale,
  title: (from, to, price) => `${from} – ${to} for ${price}`,
  several: (count) => `${count} prices fell`,
  prices: (before, now, target) =>
    [...(before ? [`Before ${before}`] : []), `now ${now}`, ...(target ? [`your price ${target}`] : [])]
      .join(" → ")
      .replace(/^n/, "N"),
  reasons: (alert) => alert.rules.map((rule) => reasons[rule](alert)),
  alreadyTrue: "This was already true when we looked for the first time.",
  mistakeFare:
    "This may be a mistake fare: it is far below the usual price. Sellers sometimes cancel such tickets, so book nothing else that depends on it before the ticket is issued.",
  simulated: "This price is simulated: no such flight is flown, and there is nothing to buy.",
  labels: {
    why: "Why",
    days: "Days",
    total: "Total",
    party: "For",
    rank: "In the history",
    bags: "Bags",
    refund: "Refund",
    change: "Change",
    seen: "Seen",
    confirmed: "Confirmed",
    again: "Looked at again",
    until: "Good until",
  },
  days: (out, back) => (back === null ? out : `${out}, back ${back}`),
  total: (total, each, isExact) => (each === null ? total : `${total}, ${isExact ? "" : "about "}${each} a person`),
  party: ({ adults, childAges, infants }, cabin) =>
    [
      listed(
        [
          plural(adults, "adult", "adults"),
          ...(childAges.length > 0
            ? [`${plural(childAges.length, "child", "children")} (${childAges.join(", ")})`]
            : []),
          ...(infants > 0 ? [`${plural(infants, "infant", "infants")} on a lap`] : []),
        ],
        locale,
      ),
      ...(cabin ? [cabins[cabin]] : []),
    ].join(", "),
  rank: (place, days) => (place === 1 ? `the lowest of ${days} days` : `${ordinal(place)} lowest of ${days} days`),
  direction: (index, day) => `${index === 0 ? "Out" : index === 1 ? "Back" : `Flight ${index + 1}`}: ${day}`,
  stops: (count, places, duration) => {
    if (count === 0) return `Direct, ${duration}`;
    return `${plural(count, "stop", "stops")}${places.length > 0 ? ` in ${listed(places, locale)}` : ""}, ${duration}`;
  },
  duration: (hours, minutes) => [...(hours ? [`${hours} h`] : []), ...(minutes ? [`${minutes} min`] : [])].join(" "),
  operatedBy: (airline) => `operated by ${airline}`,
  cabin: (cabin) => cabins[cabin],
  bags: (bags) =>
    bags === null
      ? "the seller does not say"
      : `${plural(bags.carryOn, "cabin bag", "cabin bags")}, ${plural(bags.checked, "checked bag", "checked bags")} a person`,
  term: (condition) => {
    if (condition === null) return "the seller does not say";
    if (!condition.allowed) return "not possible";
    return condition.penalty === null ? "possible" : `possible for ${condition.penalty}`;
  },
  notConfirmed: "by no one: this price is as it was seen",
  notAgain: "No newer price was found before this message went out: it is as it was seen.",
  again: (moment, price) => `${moment}: ${price}`,
  chart: (days) => `The lowest price of each day, ${plural(days, "day", "days")}`,
  actions: {
    look: "See the flights and book",
    snooze: "Be quiet about it for 7 days",
    stop: "Stop this watch",
    booked: "I booked",
    unsubscribe: "Send me no alerts by e-mail any more",
    channels: "Choose where alerts go, and when",
    all: "See all alerts",
  },
  more: (count) => `and ${count} more`,
  because: "You get this because you watch these prices with Travel Conductor.",
};
