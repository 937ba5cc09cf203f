import type { Data, Watched } from "../../outbox.ts";
import { bookingLetter } from "./booking-de.ts";
import { amount, listed, longDay, month } from "./format.ts";
import type { LetterWords } from "./lettershape.ts";
import { movedLetter } from "./moved-de.ts";
import { postLetter } from "./post-de.ts";

const locale = "de-DE";

const ignore = "Wenn Sie das nicht waren, tun Sie nichts: Ohne den Link ändert sich nichts.";
const secure =
  "Wenn Sie das nicht waren, setzen Sie jetzt Ihr Passwort zurück: Das meldet alle ab, die in Ihrem Konto angemeldet sind, und nur Sie bekommen den Link.";
const secured =
  "Wenn Sie das nicht waren, melden Sie sich an, sehen Sie die Liste Ihrer Passkeys und Geräte durch und wählen Sie ein anderes Passwort: Das meldet alle anderen ab.";

/** What happened to the passkeys and codes of an account. */
const changes: { [C in Data["factor_changed"]["change"]]: { subject: string; what: string } } = {
  passkey_added: {
    subject: "Ihr Konto hat einen neuen Passkey",
    what: "wurde Ihrem Konto ein Passkey hinzugefügt: Er meldet ohne das Passwort an.",
  },
  passkey_removed: {
    subject: "Ein Passkey Ihres Kontos wurde entfernt",
    what: "wurde ein Passkey Ihres Kontos entfernt. Geräte, die sich mit ihm angemeldet hatten, wurden abgemeldet.",
  },
  totp_on: {
    subject: "Zum Anmelden gehört jetzt ein Code",
    what: "wurden die Codes einer App für Ihr Konto eingeschaltet. Andere Geräte wurden abgemeldet.",
  },
  totp_off: {
    subject: "Zum Anmelden gehört kein Code mehr",
    what: "wurden die Codes einer App für Ihr Konto ausgeschaltet und seine Ersatzcodes gelöscht.",
  },
  recovery_renewed: {
    subject: "Ihr Konto hat neue Ersatzcodes",
    what: "wurden neue Ersatzcodes für Ihr Konto erstellt. Die alten gelten nicht mehr.",
  },
  recovery_used: {
    subject: "Ein Ersatzcode Ihres Kontos wurde benutzt",
    what: "wurde ein Ersatzcode an Stelle eines Codes Ihrer App benutzt. Er gilt nicht mehr.",
  },
  factor_required: {
    subject: "Ihre Buchungen verlangen jetzt einen zweiten Faktor",
    what: "wurde für Buchungen, Reisende, Karten und Kopien der Daten Ihres Kontos ein zweiter Faktor verlangt: ein Passkey oder ein Code Ihrer App.",
  },
  factor_optional: {
    subject: "Ihre Buchungen verlangen keinen zweiten Faktor mehr",
    what: "wurde für Buchungen, Reisende, Karten und Kopien der Daten Ihres Kontos kein zweiter Faktor mehr verlangt. Das gilt, wenn es ausgeschaltet wurde, und wenn der letzte Passkey oder die App entfernt wurde.",
  },
};

export const lettersDe: LetterWords = {
  verify: ({ token, expiresAt }, { link, moment }) => ({
    subject: "Bestätigen Sie Ihre E-Mail-Adresse",
    parts: [
      "Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist.",
      { label: "Diese Adresse bestätigen", url: link(`/verify#token=${token}`) },
      expiry(moment(expiresAt)),
      "Wenn Sie sich nicht bei Travel Conductor angemeldet haben, tun Sie nichts.",
    ],
  }),
  reset: ({ token, expiresAt }, { link, moment }) => ({
    subject: "Wählen Sie ein neues Passwort",
    parts: [
      "Für Ihr Konto wurde, wahrscheinlich von Ihnen, um ein neues Passwort gebeten.",
      { label: "Neues Passwort wählen", url: link(`/reset#token=${token}`) },
      expiry(moment(expiresAt)),
      ignore,
    ],
  }),
  email_change_old: ({ email, token, expiresAt }, { link, moment }) => ({
    subject: "Bestätigen Sie die Änderung Ihrer E-Mail-Adresse",
    parts: [
      `Ihr Konto soll zur Adresse ${email} wechseln. Das geschieht, wenn es hier und dort bestätigt wurde.`,
      { label: "Änderung bestätigen", url: link(`/email#token=${token}`) },
      expiry(moment(expiresAt)),
      "Wenn Sie das nicht waren, benutzen Sie den Link nicht und setzen Sie jetzt Ihr Passwort zurück: Jemand kennt es.",
    ],
  }),
  email_change_new: ({ token, expiresAt }, { link, moment }) => ({
    subject: "Bestätigen Sie Ihre neue E-Mail-Adresse",
    parts: [
      "Ein Konto soll zu dieser Adresse wechseln. Das geschieht, wenn es hier und an der alten Adresse bestätigt wurde.",
      { label: "Diese Adresse bestätigen", url: link(`/email#token=${token}`) },
      expiry(moment(expiresAt)),
      ignore,
    ],
  }),
  email_taken: () => ({
    subject: "Sie haben schon ein Konto",
    parts: [
      "Mit dieser Adresse sollte, vielleicht von Ihnen, ein Konto angelegt werden. Sie hat schon eines: Melden Sie sich an, oder setzen Sie das Passwort zurück, wenn Sie es vergessen haben.",
      "Wenn Sie das nicht waren, tun Sie nichts. Mitgeteilt wurde nur, dass die Adresse vergeben ist.",
    ],
  }),
  new_device: ({ device, at }, { moment }) => ({
    subject: "Ein neues Gerät hat sich in Ihrem Konto angemeldet",
    parts: [
      `Am ${moment(at)} wurde Ihr Konto von ${device ?? "einem Gerät"} aus geöffnet, das dafür noch nicht benutzt wurde.`,
      "Wenn Sie das waren, ist nichts zu tun.",
      secure,
    ],
  }),
  password_changed: ({ at }, { moment }) => ({
    subject: "Ihr Passwort wurde geändert",
    parts: [`Das Passwort Ihres Kontos wurde am ${moment(at)} geändert. Andere Geräte wurden abgemeldet.`, secure],
  }),
  email_changed: ({ email, at }, { moment }) => ({
    subject: "Ihre E-Mail-Adresse wurde geändert",
    parts: [
      `Seit dem ${moment(at)} hat Ihr Konto die Adresse ${email}; diese hier wird dafür nicht mehr benutzt.`,
      "Wenn Sie das nicht bestätigt haben, antworten Sie auf diese Nachricht.",
    ],
  }),
  factor_changed: ({ change, at }, { moment }) => ({
    subject: changes[change].subject,
    parts: [`Am ${moment(at)} ${changes[change].what}`, secured],
  }),
  export_ready: ({ id, token, expiresAt }, { link, moment }) => ({
    subject: "Ihre Daten liegen bereit",
    parts: [
      "Was Travel Conductor über Sie speichert und Sie angefordert haben, kann abgeholt werden. Melden Sie sich vorher an: Der Link gilt nur für Sie.",
      { label: "Meine Daten abholen", url: link(`/account/export/${id}#token=${token}`) },
      { label: "Für eine Tabelle abholen", url: link(`/account/export/${id}#token=${token}&format=csv`) },
      expiry(moment(expiresAt), "beliebig oft"),
      "Wenn Sie nicht darum gebeten haben, ist jemand in Ihrem Namen angemeldet: Ändern Sie Ihr Passwort.",
    ],
  }),
  account_deleted: ({ references = [] }) => ({
    subject: "Ihr Konto wurde gelöscht",
    parts: [
      "Ihr Konto und was es enthielt wurden gelöscht, und alle, die darin angemeldet waren, wurden abgemeldet. Dies ist die letzte Nachricht an diese Adresse.",
      ...(references.length === 0
        ? []
        : [
            `Diese Reisen bleiben gebucht: ${references.join(", ")}. Heben Sie diese Nachricht auf: Mit der Nummer finden wir sie. Die Fluggesellschaft kennt sie unter der Nummer auf Ihrem Ticket.`,
          ]),
    ],
  }),
  key_made: ({ start, scopes, at, until }, { moment }) => ({
    subject: "Für Ihr Konto wurde ein Schlüssel erstellt",
    parts: [
      `Am ${moment(at)} wurde für Ihr Konto ein Schlüssel für Programme erstellt. Er beginnt mit ${start}, darf ${scopes.join(", ")} und gilt bis zum ${moment(until)}.`,
      "Wenn Sie das waren, ist nichts zu tun.",
      `${secure} Es widerruft auch alle Schlüssel.`,
    ],
  }),
  watch_ended: ({ endsOn, currency, lowest, highest, alerts, ...watched }) => ({
    subject: `${route(watched)} wird nicht mehr beobachtet`,
    parts: [
      `Sie haben ${flights(watched)} beobachtet.`,
      endsOn === null
        ? "Das ist zu Ende, weil der letzte Abflug nah oder vorbei ist."
        : `Das ist zu Ende, weil der ${longDay(endsOn, locale)}, der letzte Tag, den Sie genannt haben, vorbei ist.`,
      lowest === null || highest === null
        ? "Es wurde kein Preis gefunden."
        : lowest === highest
          ? `Der Preis war, wann immer einer gefunden wurde, ${amount(lowest, currency, locale)}.`
          : `Der niedrigste Preis war ${amount(lowest, currency, locale)}, der höchste ${amount(highest, currency, locale)}.`,
      alerts === 0
        ? "Keine Ihrer Regeln traf zu, deshalb kam keine Meldung."
        : `Sie bekamen ${alerts === 1 ? "eine Meldung" : `${alerts} Meldungen`}.`,
    ],
  }),
  watch_paused: (watched) => ({
    subject: `${route(watched)} ist angehalten`,
    parts: [
      `Sie beobachten ${flights(watched)}. Bei den letzten fünf Prüfungen wurden keine verkauft, deshalb ist die Beobachtung angehalten.`,
      "Setzen Sie sie fort, wenn Sie glauben, dass wieder welche verkauft werden: Dann sehen wir bald nach und danach weiter. Wenn Sie nichts tun, bleibt sie angehalten und endet, wenn ihre Zeit um ist.",
    ],
  }),
  booking_changed: bookingLetter,
  moved: movedLetter,
  post_decided: postLetter,
  channel_off: ({ channel, shown, because }, { link }) => ({
    subject: `An ${shown ?? channel} gehen keine Nachrichten mehr`,
    parts: [
      `Der Kanal ${channel}${shown === null ? "" : ` (${shown})`} wurde ausgeschaltet, weil ${offReasons[because] ?? because}.`,
      { label: "Meine Kanäle ansehen", url: link("/account/channels") },
      "Ihre Reisen werden weiter beobachtet, und was gefunden wird, steht in der Liste der Meldungen.",
    ],
  }),
  keep_watching: ({ watches, until }, { keep }) => ({
    subject: "Sollen wir weiter beobachten?",
    parts: [
      `Sie haben drei Monate nicht nachgesehen. ${watches === 1 ? "Ihre Reise wird" : `Ihre ${watches} Reisen werden`} noch bis zum ${longDay(until.slice(0, 10), locale)} beobachtet und dann angehalten.`,
      { label: "Weiter beobachten", url: keep(until) },
      "Wenn Sie nichts tun, wird nach diesem Tag für Sie kein Preis mehr geprüft. Sie können jede Beobachtung jederzeit fortsetzen.",
    ],
  }),
};

/** Why a channel was turned off, as the end of a sentence. */
const offReasons: Record<string, string> = {
  bounced: "es das Postfach nicht gibt",
  complained: "eine Nachricht als unerwünscht gemeldet wurde",
  bounced_often: "das Postfach in einer Woche mehrere Nachrichten abgewiesen hat",
  unsubscribed: "Sie ihn abbestellt haben",
  gone: "es seine Adresse nicht mehr gibt",
  failing: "fünf Tage lang nichts zugestellt werden konnte",
};

const expiry = (until: string, times = "einmal") => `Der Link funktioniert ${times}, bis zum ${until}.`;
const either = (places: string | string[]) => listed([places].flat(), locale, "disjunction");

/** STN – BGY; LHR oder LGW – JFK. */
const route = ({ origin, destination, what }: Watched) =>
  `${either(what?.origin ?? origin)} – ${either(what?.destination ?? destination)}`;

/** Flüge von STN nach BGY am 1. August 2026, zurück am 8. August 2026. */
function flights(watched: Watched): string {
  const { origin, destination, what } = watched;
  return `Flüge von ${either(what?.origin ?? origin)} nach ${either(what?.destination ?? destination)} ${dates(watched)}`;
}

function dates({ departureDate, returnDate, what }: Watched): string {
  if (what?.weekendsIn) return `an einem beliebigen Wochenende im ${month(what.weekendsIn, locale)}`;
  if (what?.departureFrom && what.departureTo) {
    const between = `zwischen dem ${longDay(what.departureFrom, locale)} und dem ${longDay(what.departureTo, locale)}`;
    if (!what.stayNights) return between;
    const { min, max } = what.stayNights;
    const nights = max === 1 ? "1 Nacht" : `${min === max ? max : `${min} bis ${max}`} Nächten`;
    return `${between}, zurück nach ${nights}`;
  }
  const back = returnDate === null ? "" : `, zurück am ${longDay(returnDate, locale)}`;
  return `am ${longDay(departureDate, locale)}${back}`;
}
