import type { Plural } from "../format.ts";

/** Texts of the search over everything, and of the pages of help. */
export const find = (plural: Plural) => ({
  label: "Find places, tips, help",
  title: "Find",
  titleFor: (text: string) => `Find: ${text}`,
  groups: { places: "Places", texts: "Guides, tips and help", mine: "Yours" },
  kinds: {
    city: "City",
    airport: "Airport",
    guide: "Guide",
    tip: "Tip",
    review: "Review",
    help: "Help",
    watch: "Watch",
    booking: "Trip",
    alert: "Alert",
  },
  flights: (city: string) => `Search flights to ${city}`,
  all: (text: string) => `All results for “${text}”`,
  instead: (text: string) => `Did you mean “${text}”?`,
  count: (count: number) => plural(count, { one: "1 result", other: `${count} results` }),
  none: "Nothing was found",
  noneNote: "Try fewer words, another spelling, or the name of a place.",
  begin: "What are you looking for?",
  beginNote: "A place, a tip, a page of help, or one of your own watches, trips and alerts.",
  help: "Help",
  allHelp: "All pages of help",
});
