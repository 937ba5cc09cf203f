import { alertLetter, testLetter } from "./alertletter.ts";
import type { AlertOf } from "./alerts.ts";
import type { Claimed, Words } from "./claim.ts";
import { event } from "./event.ts";
import { letter } from "./letter.ts";
import { bookingNote, note, testNote, watchNote } from "./note.ts";
import type { LetterKind } from "./words/lettershape.ts";

/**
 * The words of a message in the form of its channel: a letter, the body of an event, or a short note. The same message
 * and alerts give the same words.
 */
export function wordsOf(message: Claimed, alerts: AlertOf[], at: Date, app: string): Words {
  const { kind, channel, data } = message;
  if (!channel) return letter(kind as LetterKind, data as never, app, message);
  switch (channel.kind) {
    case "email":
      return kind === "test" ? testLetter(message, app) : alertLetter(message, alerts, at, app);
    case "webhook":
      return event(message, alerts, at);
    default:
      if (kind === "booking_changed") return bookingNote(message, app);
      if (kind === "watch_ended" || kind === "watch_paused") return watchNote(message, app);
      return kind === "test" ? testNote(message, app) : note(message, alerts, app);
  }
}
