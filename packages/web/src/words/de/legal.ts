import type { legal as english, LegalPage } from "../en/legal.ts";

/** The legal pages in German: templates, too. */
export const legal: typeof english = {
  template:
    "Das ist eine Vorlage. Wer den Dienst betreibt, muss ausfüllen, was in Klammern steht, und es prüfen lassen.",
  privacy: {
    title: "Datenschutz",
    parts: [
      ["Verantwortlich", "[Name, Anschrift und E-Mail-Adresse der Firma, die den Dienst betreibt.]"],
      [
        "Was wir aufbewahren",
        "Ihr Konto: Name, E-Mail-Adresse, Telefonnummer, wenn Sie eine angaben, Vorlieben, und Ihr Passwort nur als Hash, aus dem es sich nicht zurückgewinnen lässt.",
        "Was Sie beobachten, Ihre Meldungen und die Preise, die für Sie aufgezeichnet wurden.",
        "Ihre Karten: Netz, letzte vier Ziffern und Ablaufdatum. Stripe, unser Zahlungsdienst, bewahrt die Nummern; sie kommen nie zu uns.",
        "Ihre Suchen, und wo Sie angemeldet sind: die Art des Browsers und eine gekürzte Netzadresse.",
      ],
      [
        "Wozu",
        "Um Flüge für Sie zu suchen, ihre Preise zu beobachten und Ihnen Bescheid zu sagen. Um Ihr Konto zu schützen. Um zu zählen, wie der Dienst benutzt wird. Wir verkaufen nichts davon und zeigen keine Werbung.",
      ],
      [
        "Wie lange",
        "Anmeldungen enden 30 Tage nach der letzten Benutzung. Suchen verschwinden nach dreizehn Monaten, Aufzeichnungen von Anmeldungen nach einem Jahr, gesendete Nachrichten nach 30 Tagen. Alles andere verschwindet mit Ihrem Konto, sofort.",
      ],
      [
        "In diesem Browser",
        "Ein Cookie hält Sie angemeldet, und ein Eintrag im Speicher des Browsers merkt sich hell oder dunkel. Beide sind nötig; andere, die Sie verfolgen, gibt es nicht.",
      ],
      [
        "Wer noch Daten bekommt",
        "[Namen derer, die den Dienst beherbergen, seine Post senden und die Flüge verkaufen, mit Orten.]",
      ],
      [
        "Ihre Rechte",
        "In Ihrem Konto können Sie lesen, ändern, kopieren und löschen, was wir aufbewahren. Beschweren können Sie sich bei [der Behörde].",
      ],
    ],
  } as LegalPage,
  terms: {
    title: "Bedingungen",
    parts: [
      [
        "Was der Dienst tut",
        "Er zeigt Preise von Flügen, zeichnet sie auf und meldet, wenn ein Preis Ihren Regeln entspricht.",
      ],
      [
        "Preise",
        "Ein Preis ist, was ein Verkäufer zu der Zeit antwortete, die daneben steht. Bis Sie buchen, kann er sich ändern. Als simuliert gekennzeichnete Preise sind erfunden.",
      ],
      [
        "Buchen",
        "Sie buchen bei der Fluggesellschaft, über ihren Verkäufer; wir geben Ihren Auftrag und Ihre Zahlung weiter. Für den Flug gelten die Bedingungen der Fluggesellschaft: Was erstattet und geändert wird, und für wie viel, steht neben jedem Angebot, bevor Sie buchen.",
        "Eine Buchung ist zustande gekommen, wenn ihre Seite es sagt. Solange dort steht, dass die Fluggesellschaft nicht geantwortet hat, ist nichts sicher: Buchen Sie dieselben Flüge nicht noch einmal.",
        "Diese Bedingungen gelten seit dem 1. November 2026. Eine Buchung behält die Fassung, die Sie angenommen haben.",
      ],
      ["Ihr Konto", "Behalten Sie Ihr Passwort und Ihre Schlüssel für sich. Ein Mensch, ein Konto."],
      [
        "Maß halten",
        "Suchen und Beobachtungen haben Grenzen, damit für alle etwas bleibt. Die API sagt, wenn eine erreicht ist.",
      ],
      ["Haftung", "[Wofür die Firma nach dem geltenden Recht haftet.]"],
      ["Recht", "[Das geltende Recht und das Gericht.]"],
    ],
  } as LegalPage,
  imprint: {
    title: "Impressum",
    parts: [
      ["Wer diesen Dienst betreibt", "[Name und Rechtsform der Firma]", "[Straße, Ort, Land]"],
      ["Kontakt", "[E-Mail-Adresse]", "[Telefonnummer]"],
      ["Register", "[Register, Nummer, Umsatzsteuer-Nummer]"],
      ["Verantwortlich für den Inhalt", "[Name, Anschrift]"],
    ],
  } as LegalPage,
  accessibility: {
    title: "Barrierefreiheit",
    parts: [
      [
        "Was wir anstreben",
        "Diese Seite soll WCAG 2.2, Stufe AA, erfüllen: allein mit der Tastatur, mit einem Vorleser, auf 400 % vergrößert, hell und dunkel, und mit weniger Bewegung.",
      ],
      [
        "Was bekannt ist",
        "Der Verlauf der Preise lässt sich als Tabelle lesen. Namen der Fluglinien kommen von anderen und sind nicht immer übersetzt.",
      ],
      [
        "Sagen Sie es uns",
        "Wenn Sie etwas hindert, schreiben Sie an [E-Mail-Adresse]. Wir antworten in [zwei Wochen].",
      ],
      ["Durchsetzung", "[Die Behörde, die sich anrufen lässt, wenn unsere Antwort nicht hilft.]"],
    ],
  } as LegalPage,
  numbers: {
    title: "Unsere Zahlen",
    ghosts: "Zurückgenommene Preise",
    means:
      "Bevor wir einen Preis melden, fragen wir den Anbieter, ob er noch gilt; nimmt er ihn zurück, gibt es keine Meldung. Der Anteil sagt, wie oft das vorkam, nach Anbieter und Monat (UTC); bei weniger als 30 Preisen sagt er zu wenig und fehlt.",
    month: "Monat",
    provider: "Anbieter",
    wouldBe: "Preise für eine Meldung",
    takenBack: "Zurückgenommen",
    few: "zu wenige",
    none: "Noch keine Zahlen",
    noneNote: "Sie erscheinen, sobald Beobachtungen meldenswerte Preise fanden und ein Anbieter danach gefragt wurde.",
  },
};
