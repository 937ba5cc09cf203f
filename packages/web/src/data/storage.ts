/** What this browser keeps for the next visit; null where it refuses to. */
export function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Under this name the tab keeps what was chosen on the way to a booking (src/book/draft.ts). */
export const bookingDraft = "booking";
