import type { Data } from "../outbox.ts";
import type { AlertOf } from "./alerts.ts";
import type { Claimed } from "./claim.ts";
import { wordsIn } from "./words.ts";

/** The words of a note, for push and chats: plain text, and the address of the page that shows more. */
export type NoteWords = { title: string; text: string; url: string };

/** The most alerts that a note names; the rest is counted. */
const most = 5;

export function note({ language }: Claimed, alerts: AlertOf[], app: string): NoteWords {
  const words = wordsIn(language);
  const [first] = alerts;
  if (alerts.length === 1 && first) {
    const url = new URL(`/alerts/${first.id}`, app).href;
    return { title: words.alert.title(first), text: words.alert.summary(first), url };
  }
  const lines = alerts.slice(0, most).map((alert) => words.alert.title(alert));
  const more = alerts.length - lines.length;
  if (more > 0) lines.push(words.alert.more(more));
  return { title: words.alert.several(alerts.length), text: lines.join("\n"), url: new URL("/alerts", app).href };
}

/** The note that a watch ended or paused, with the page of the watch, or the list of watches for an old message. */
export function watchNote({ kind, language, data }: Claimed, app: string): NoteWords {
  const { watch } = wordsIn(language);
  const { watchId } = data as Data["watch_paused"];
  const words =
    kind === "watch_ended" ? watch.ended(data as Data["watch_ended"]) : watch.paused(data as Data["watch_paused"]);
  return { ...words, url: new URL(watchId ? `/watches/${watchId}` : "/watches", app).href };
}

/** The note of what became of a booking, with its page. */
export function bookingNote({ language, data }: Claimed, app: string): NoteWords {
  const told = data as Data["booking_changed"];
  return { ...wordsIn(language).booking(told), url: new URL(`/trips/${told.bookingId}`, app).href };
}

export function testNote({ language }: Claimed, app: string): NoteWords {
  const { test } = wordsIn(language);
  return { title: test.title, text: test.text, url: new URL("/account/channels", app).href };
}
