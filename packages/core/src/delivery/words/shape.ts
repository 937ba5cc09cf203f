import type { Data } from "../../outbox.ts";
import type { AlertOf } from "../alerts.ts";

type Note = { title: string; text: string };

/** The words of messages about prices in one language. Plain text: what they are put into escapes them. */
export type Words = {
  /** BCP 47, by which days and amounts are written. */
  locale: string;
  alert: {
    title: (alert: AlertOf) => string;
    summary: (alert: AlertOf) => string;
    several: (count: number) => string;
    more: (count: number) => string;
  };
  watch: { ended: (data: Data["watch_ended"]) => Note; paused: (data: Data["watch_paused"]) => Note };
  booking: (data: Data["booking_changed"]) => Note;
  test: Note;
};
