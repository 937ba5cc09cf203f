import type { Offer } from "../data/flights.ts";
import { bookingDraft as name } from "../data/storage.ts";

/** What a person has chosen on the way to a booking. `key` is the same for each try, so that none is booked twice. */
export type Draft = {
  step: number;
  /** The price that the person has seen, in the offer's currency: another one is said before it is taken. */
  total: string;
  travelers: string[];
  paymentMethod: string | null;
  hold: boolean;
  accepted: boolean;
  again: boolean;
  key: string;
};

const fresh = (total: string): Draft => ({
  step: 0,
  total,
  travelers: [],
  paymentMethod: null,
  hold: false,
  accepted: false,
  again: false,
  key: crypto.randomUUID(),
});

type Kept = { offer: string; draft: Draft };

/**
 * The draft of the booking of these flights; it outlives a reload of the page and a lost session, in this tab alone. It
 * names travelers and cards by ids. A new one has seen `total`.
 */
export function readDraft(offer: string, total: string): Draft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? "null") as Kept | null;
    if (kept?.offer === offer) return kept.draft;
  } catch {
    // Storage is refused: the draft lives as long as the page.
  }
  return fresh(total);
}

export function keepDraft(offer: string, draft: Draft): void {
  try {
    sessionStorage.setItem(name, JSON.stringify({ offer, draft } satisfies Kept));
  } catch {
    // As above.
  }
}

/** Another price is another booking: it has a key of its own, its terms are accepted anew, and the choices stay. */
export const atOtherPrice = (draft: Draft, total: string): Draft => ({
  ...draft,
  total,
  accepted: false,
  key: crypto.randomUUID(),
});

/** Flights that must be paid at once are not held: how they are paid is then asked again. */
export const fittedTo = ({ instant, payBy }: Offer["payment"], draft: Draft): Draft =>
  draft.hold && (instant || payBy === null) ? { ...draft, hold: false, step: Math.min(draft.step, 2) } : draft;

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // As above.
  }
}
