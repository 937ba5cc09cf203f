import { account } from "./de/account.ts";
import { codes, faults } from "./de/codes.ts";
import { search } from "./de/search.ts";
import { watch } from "./de/watch.ts";
import type { Words } from "./en.ts";
import type { Plural } from "./format.ts";

const timeOf = (seconds: number, plural: Plural) =>
  seconds < 120
    ? plural(seconds, { one: "1 Sekunde", other: `${seconds} Sekunden` })
    : `${Math.ceil(seconds / 60)} Minuten`;

/** Every text of the client, in German. */
export const de = (plural: Plural): Words => ({
  ...search(plural),
  ...watch(plural),
  ...account(),
  name: "Travel Conductor",
  slogan: "Wissen, wann man bucht.",
  promise: "Was der Flug kostet, ob das gut ist, und ein Wort, wenn es so weit ist.",
  skip: "Zum Inhalt",
  retry: "Noch einmal",
  close: "Schließen",
  cancel: "Abbrechen",
  save: "Speichern",
  saved: "Gespeichert",
  back: "Zurück",
  more: "Mehr zeigen",
  loading: "Lädt …",
  simulated: "Simuliert",
  simulatedNote: "Erfundene Flüge eines simulierten Marktes: Niemand fliegt sie, und eine Buchung kostet kein Geld.",
  tabs: { search: "Suche", watches: "Beobachtet", alerts: "Meldungen", trips: "Reisen" },
  find: "Finden",
  unread: (count) => plural(count, { one: "1 ungelesene Meldung", other: `${count} ungelesene Meldungen` }),
  home: { lately: "Zuletzt gesucht", yours: "Was Sie beobachten" },
  newer: {
    there: "Es gibt eine neue Version. Was Sie hier eingegeben haben, geht beim Laden verloren.",
    load: "Laden",
  },
  page: {
    notFound: "Diese Seite gibt es nicht.",
    home: "Zur Suche",
    legal: "Über diesen Dienst",
    legals: {
      privacy: "Datenschutz",
      terms: "Bedingungen",
      imprint: "Impressum",
      accessibility: "Barrierefreiheit",
      numbers: "Unsere Zahlen",
    },
    about: { api: "API", docs: "Dokumente" },
  },
  errors: {
    offline: "Keine Verbindung. Was Sie sehen, kann alt sein.",
    needsConnection: "Dafür braucht es eine Verbindung.",
    offlineSince: (time) => `Keine Verbindung. Das ist der Stand von ${time}.`,
    cut: "Es kam keine Antwort. Prüfen Sie die Verbindung und versuchen Sie es noch einmal: Was Sie eingegeben haben, ist noch da.",
    server:
      "Bei uns ist etwas schiefgegangen. Was Sie eingegeben haben, ist noch da: Versuchen Sie es gleich noch einmal.",
    left: (seconds) => `noch ${timeOf(seconds, plural)}`,
    now: "Sie können es jetzt noch einmal versuchen.",
    unknown: "Etwas ist schiefgegangen.",
    part: "Das wurde nicht geladen. Prüfen Sie die Verbindung und laden Sie die Seite neu.",
    id: (id) => `Wenn Sie uns schreiben, nennen Sie ${id}.`,
    wait: (seconds) => `Zu viele Anfragen. In ${timeOf(seconds, plural)} noch einmal.`,
    session: "Sie sind abgemeldet. Melden Sie sich an, um weiterzumachen.",
    giveFactor: "Zeigen, dass Sie es sind",
    faults,
    codes: {
      ...codes,
      "user.credentials": "Diese E-Mail-Adresse und dieses Passwort gehören nicht zusammen.",
      "user.email_taken":
        "Mit dieser Adresse gibt es ein Konto. Melden Sie sich an, oder setzen Sie ein neues Passwort.",
      "user.password_common": "Dieses Passwort verwenden zu viele. Wählen Sie ein anderes.",
      "user.password_email": "Das Passwort darf nicht Ihre E-Mail-Adresse sein.",
      "token.invalid": "Dieser Link ist verbraucht oder zu alt.",
      "flight.provider": "Die Antwort der Fluglinien blieb aus. Versuchen Sie es gleich noch einmal.",
      "flight.timeout": "Die Fluglinien brauchten zu lange. Versuchen Sie es gleich noch einmal.",
      "flight.busy": "Gerade ist viel zu tun. Versuchen Sie es in Kürze noch einmal.",
      "provider.missing": "Hier kann nicht gesucht werden: Es ist kein Anbieter eingerichtet.",
      "flight.not_sellable":
        "Diese Tage werden nicht verkauft: Wählen Sie einen Tag ab morgen bis in etwa elf Monaten.",
      "limit.searches": "Die Suchen für heute sind aufgebraucht. Morgen geht es weiter.",
      "watch.missing": "Das wird nicht beobachtet.",
      "watch.checked": "Das wurde vor weniger als zehn Minuten geprüft.",
      "watch.busy": "Diese Beobachtung ändert sich gerade. Versuchen Sie es gleich noch einmal.",
      "watch.duplicate": "Das beobachten Sie schon.",
    },
  },
});
