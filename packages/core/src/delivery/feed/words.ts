/** The words of feeds and calendars beside those of alerts. Plain text. */
export type FeedWords = {
  alerts: string;
  watches: string;
  /** `at` is a moment in words, in UTC. */
  price: (price: string, at: string) => string;
  none: string;
  target: (price: string) => string;
  paused: string;
  ends: (route: string) => string;
  ended: (route: string) => string;
};

const en: FeedWords = {
  alerts: "Travel Conductor: alerts",
  watches: "Travel Conductor: watches",
  price: (price, at) => `${price}, seen on ${at} UTC.`,
  none: "No price is known.",
  target: (price) => `Your price is ${price}.`,
  paused: "The watch is paused.",
  ends: (route) => `Watch of ${route} ends`,
  ended: (route) => `Watch of ${route} ended`,
};

const de: FeedWords = {
  alerts: "Travel Conductor: Meldungen",
  watches: "Travel Conductor: Beobachtungen",
  price: (price, at) => `${price}, gesehen am ${at} UTC.`,
  none: "Kein Preis bekannt.",
  target: (price) => `Ihr Preis ist ${price}.`,
  paused: "Die Beobachtung ist angehalten.",
  ends: (route) => `Beobachtung von ${route} endet`,
  ended: (route) => `Beobachtung von ${route} hat geendet`,
};

export const feedWordsIn = (locale: string): FeedWords => (locale.startsWith("de") ? de : en);
