import type { AlertOf } from "../alerts.ts";

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
  test: { title: string; text: string };
};
