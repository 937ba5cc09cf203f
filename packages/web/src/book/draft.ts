/** What a person has chosen on the way to a booking. `key` is the same for each try, so that none is booked twice. */
export type Draft = {
  step: number;
  travelers: string[];
  paymentMethod: string | null;
  hold: boolean;
  accepted: boolean;
  again: boolean;
  key: string;
};

const name = "booking";
const fresh = (): Draft => ({
  step: 0,
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
 * names travelers and cards by ids.
 */
export function readDraft(offer: string): Draft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? "null") as Kept | null;
    if (kept?.offer === offer) return kept.draft;
  } catch {
    // Storage is refused: the draft lives as long as the page.
  }
  return fresh();
}

export function keepDraft(offer: string, draft: Draft): void {
  try {
    sessionStorage.setItem(name, JSON.stringify({ offer, draft } satisfies Kept));
  } catch {
    // As above.
  }
}

/** Another price is another booking: it has a key of its own, and the choices stay. */
export const atOtherPrice = (draft: Draft): Draft => ({ ...draft, key: crypto.randomUUID() });

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // As above.
  }
}
