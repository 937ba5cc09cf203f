import type { find as english } from "../en/find.ts";
import type { Plural } from "../format.ts";

/** Texts of the search over everything, and of the pages of help. */
export const find = (plural: Plural): ReturnType<typeof english> => ({
  label: "Orte, Tipps, Hilfe finden",
  title: "Finden",
  titleFor: (text) => `Finden: ${text}`,
  groups: { places: "Orte", texts: "Reiseführer, Tipps und Hilfe", mine: "Ihres" },
  kinds: {
    city: "Stadt",
    airport: "Flughafen",
    guide: "Reiseführer",
    tip: "Tipp",
    review: "Bewertung",
    help: "Hilfe",
    watch: "Beobachtung",
    booking: "Reise",
    alert: "Meldung",
  },
  flights: (city) => `Flüge nach ${city} suchen`,
  all: (text) => `Alle Ergebnisse für „${text}“`,
  instead: (text) => `Meinten Sie „${text}“?`,
  count: (count) => plural(count, { one: "1 Ergebnis", other: `${count} Ergebnisse` }),
  none: "Nichts gefunden",
  noneNote: "Versuchen Sie es mit weniger Wörtern, einer anderen Schreibweise oder dem Namen eines Ortes.",
  begin: "Was suchen Sie?",
  beginNote: "Einen Ort, einen Tipp, eine Seite der Hilfe oder etwas von Ihnen: Beobachtungen, Reisen, Meldungen.",
  help: "Hilfe",
  allHelp: "Alle Seiten der Hilfe",
});
