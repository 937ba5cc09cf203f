import { account } from "./en/account.ts";
import { codes, faults } from "./en/codes.ts";
import { search } from "./en/search.ts";
import { watch } from "./en/watch.ts";
import type { Plural } from "./format.ts";

/** A time to wait: in minutes from two on. */
const timeOf = (seconds: number, plural: Plural) =>
  seconds < 120
    ? plural(seconds, { one: "1 second", other: `${seconds} seconds` })
    : `${Math.ceil(seconds / 60)} minutes`;

/** Every text of the client, in British English. `plural` chooses the word for a number. */
export const en = (plural: Plural) => ({
  ...search(plural),
  ...watch(plural),
  ...account(),
  name: "Travel Conductor",
  slogan: "Know when to buy.",
  promise: "What it costs, whether that is good, and a word when it is time.",
  skip: "Skip to the content",
  retry: "Try again",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  saved: "Saved",
  back: "Back",
  more: "Show more",
  loading: "Loading …",
  simulated: "Simulated",
  simulatedNote: "Made-up flights of a simulated market: nobody flies them, and to book one costs no money.",
  tabs: { search: "Search", watches: "Watches", alerts: "Alerts", trips: "Trips" },
  find: "Find",
  unread: (count: number) => plural(count, { one: "1 unread alert", other: `${count} unread alerts` }),
  home: { lately: "Lately searched", yours: "Your watches" },
  newer: { there: "There is a new version. What you have typed here is lost when it loads.", load: "Load it" },
  page: {
    notFound: "There is no such page.",
    home: "To the search",
    legal: "About this service",
    legals: {
      privacy: "Privacy",
      terms: "Terms",
      imprint: "Imprint",
      accessibility: "Accessibility",
      numbers: "Our numbers",
    },
    about: { api: "API", docs: "Documents" },
  },
  errors: {
    offline: "There is no connection. What you see may be old.",
    needsConnection: "This needs a connection.",
    offlineSince: (time: string) => `There is no connection. This is as of ${time}.`,
    cut: "No answer came. Look at your connection and try again: what you entered is still here.",
    server: "Something went wrong on our side. What you entered is still here: try again in a moment.",
    left: (seconds: number) => `${timeOf(seconds, plural)} left`,
    now: "You can try again now.",
    unknown: "Something went wrong.",
    part: "This did not load. Look at your connection, and load the page again.",
    id: (id: string) => `If you write to us, name ${id}.`,
    wait: (seconds: number) => `Too many requests. Try again in ${timeOf(seconds, plural)}.`,
    session: "You are signed out. Sign in to go on.",
    giveFactor: "Show that it is you",
    faults,
    codes: {
      ...codes,
      "user.credentials": "This e-mail address and password do not belong together.",
      "user.email_taken": "There is an account with this address. Sign in, or set a new password.",
      "user.password_common": "Too many people use this password. Choose another one.",
      "user.password_email": "The password must not be your e-mail address.",
      "token.invalid": "This link is used up or too old.",
      "flight.provider": "The airlines' answer did not come. Try again in a moment.",
      "flight.timeout": "The airlines took too long. Try again in a moment.",
      "flight.busy": "There is much to do at the moment. Try again shortly.",
      "provider.missing": "No flights can be searched here: no provider is set up.",
      "flight.not_sellable": "These days are not sold: choose a day from tomorrow to about eleven months ahead.",
      "limit.searches": "Today's searches are used up. Try again tomorrow.",
      "watch.missing": "There is no such watch.",
      "watch.checked": "It was checked less than ten minutes ago.",
      "watch.busy": "This watch is changing right now. Try again in a moment.",
      "watch.duplicate": "You watch this already.",
    } as Record<string, string>,
  },
});

export type Words = ReturnType<typeof en>;
