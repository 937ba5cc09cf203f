import type { BookingEvent, Data } from "../../outbox.ts";
import { longDay } from "./format.ts";
import type { LetterWords } from "./lettershape.ts";

type Told = Data["booking_changed"];

const sayDay = (day: string) => longDay(day, "de-DE");
const route = ({ origin, destination }: Told) => `${origin} nach ${destination}`;
const days = ({ departureDate, returnDate }: Told) =>
  returnDate === null ? `am ${sayDay(departureDate)}` : `vom ${sayDay(departureDate)} bis ${sayDay(returnDate)}`;

/** Was geschah, als Ende eines Betreffs, und was das bedeutet. */
const told: Record<BookingEvent, [subject: string, text: string]> = {
  action_required: [
    "Ihre Bank bittet Sie, die Zahlung zu bestätigen",
    "Ihre Bank möchte wissen, ob Sie es sind. Bestätigen Sie es innerhalb von 15 Minuten: Bis dahin ist nichts bezahlt.",
  ],
  confirmed: [
    "Ihre Buchung ist bestätigt",
    "Ihre Plätze sind gebucht. Die Tickets und die Nummer der Fluggesellschaft stehen auf der Seite der Buchung.",
  ],
  held: [
    "Ihre Plätze sind reserviert",
    "Ihre Plätze sind reserviert, und nichts wurde bezahlt. Bezahlen Sie, bevor die Frist endet, oder lassen Sie sie verfallen.",
  ],
  unknown: [
    "wir wissen noch nicht, ob Ihre Buchung gelungen ist",
    "Die Fluggesellschaft hat uns nicht gesagt, ob sie den Auftrag angenommen hat. Wir fragen weiter. Bitte buchen Sie diese Flüge nicht noch einmal: Sie könnten doppelt bezahlen.",
  ],
  failed: [
    "Ihre Buchung ist nicht gelungen",
    "Nichts wurde gebucht, und Ihre Karte wird nicht belastet. Warum, steht auf der Seite der Buchung.",
  ],
  payment_failed: [
    "Ihre Zahlung ist nicht gelungen",
    "Ihre Plätze sind weiter reserviert. Versuchen Sie eine andere Karte, bevor die Frist endet.",
  ],
  hold_ends: [
    "die Frist Ihrer Reservierung endet bald",
    "Bezahlen Sie, bevor die Frist endet, sonst werden Ihre Plätze an andere verkauft.",
  ],
  expired: ["Ihre Reservierung ist abgelaufen", "Nichts wurde bezahlt, und Ihre Plätze wurden freigegeben."],
  cancelled: ["Ihre Buchung ist storniert", "Was Sie zurückbekommen, und wohin, steht auf der Seite der Buchung."],
  checkin_opens: [
    "das Einchecken beginnt",
    "Ihr Flug geht in einem Tag: Bei den meisten Fluggesellschaften können Sie jetzt einchecken. Die Nummer der Fluggesellschaft steht auf der Seite der Buchung.",
  ],
  departs_soon: [
    "Ihr Flug geht bald",
    "Ihr Flug geht in drei Stunden. Zeiten und Nummern stehen auf der Seite der Buchung; von Verspätungen weiß die Fluggesellschaft.",
  ],
  change_asks: [
    "Ihre Bank bittet Sie, die Zahlung zu bestätigen",
    "Ihre Bank möchte wissen, ob Sie es sind, der die Änderung bezahlt. Bestätigen Sie es innerhalb von 15 Minuten: Bis dahin bleiben Ihre Flüge, wie sie waren.",
  ],
  changed: [
    "Ihre Flüge sind geändert",
    "Die Fluggesellschaft hat Ihre Buchung geändert, wie Sie es wollten. Ihre neuen Flüge stehen auf der Seite der Buchung.",
  ],
  not_changed: [
    "Ihre Flüge wurden nicht geändert",
    "Ihre Buchung bleibt, wie sie war, und die Änderung kostet Sie nichts. Warum, steht auf der Seite der Buchung.",
  ],
  airline_changed: [
    "die Fluggesellschaft hat Ihre Flüge geändert",
    "Die Seite der Buchung zeigt die Flüge vorher und nachher, und was Sie tun können: das Neue annehmen, wo die Fluggesellschaft danach fragt, oder stornieren.",
  ],
  not_accepted: [
    "die Fluggesellschaft hat Ihre Antwort nicht angenommen",
    "Sie haben angenommen, was die Fluggesellschaft geändert hat, und sie hat es abgelehnt. Wie Ihre Flüge jetzt stehen, zeigt die Seite der Buchung.",
  ],
  refunded: [
    "Ihre Erstattung ist unterwegs",
    "Ihre Karte bekommt die Erstattung. Banken brauchen bis zu zehn Tage, bis sie zu sehen ist.",
  ],
};

export const booking = (data: Told) => {
  const [subject, text] = told[data.event];
  return { title: `${route(data)}, ${data.reference}: ${subject}`, text };
};

export const bookingLetter: LetterWords["booking_changed"] = (data, { link }) => {
  const [subject, text] = told[data.event];
  return {
    subject: `${route(data)}: ${subject}`,
    parts: [
      `Guten Tag ${data.firstName},`,
      `es geht um Ihre Flüge ${route(data)} ${days(data)}, Buchung ${data.reference}.`,
      text,
      { label: "Zur Buchung", url: link(`/trips/${data.bookingId}`) },
    ],
  };
};
