import type { LetterWords } from "./lettershape.ts";

/** The letter to a person whose data was moved in from the application before. */
export const movedLetter: LetterWords["moved"] = ({ token, expiresAt, ...counts }, { link, moment }) => ({
  subject: "Ihr Konto ist zu Travel Conductor umgezogen",
  parts: [
    "Die Reiseseite, bei der Sie ein Konto hatten, wurde durch Travel Conductor ersetzt, und Ihr Konto ist jetzt hier.",
    list(counts),
    "Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist: Vorher geht keine Nachricht über einen Preis hierher.",
    { label: "Diese Adresse bestätigen", url: link(`/verify#token=${token}`) },
    `Der Link gilt einmal, bis ${moment(expiresAt)}. Melden Sie sich dann mit Ihrem alten Passwort an. Öffnet es Ihr Konto nicht, fordern Sie auf der Seite der Anmeldung ein neues an.`,
    { label: "Was umgezogen ist, und was nicht", url: link("/moved") },
    "Möchten Sie das Konto nicht, melden Sie sich an und löschen Sie es. Diese Nachricht bekommen Sie einmal.",
  ],
});

const list = ({ watches, bookings, travelers, searches }: Record<string, number>) => {
  const parts = [
    some(watches, "Beobachtung", "Beobachtungen"),
    some(bookings, "Buchung", "Buchungen"),
    some(travelers, "Reisender", "Reisende"),
    some(searches, "Suche", "Suchen"),
  ].flat();
  if (parts.length === 0) return "Ihr Name und Ihre Vorlieben kamen mit.";
  return `Mit umgezogen sind: ${parts.join(", ")}.`;
};

const some = (count = 0, one: string, more: string) => (count === 0 ? [] : [`${count} ${count === 1 ? one : more}`]);
