import { useState } from "react";
import { bookingDraft } from "./storage.ts";

/** What was typed but not saved, by the address of its page, while the client stays loaded. */
const drafts = new Map<string, unknown>();

/** State that outlives the way to sign in and back. `forget` it when it is saved. */
export function useDraft<Draft>(address: string, start: () => Draft) {
  const [draft, setDraft] = useState(() => (drafts.get(address) as Draft | undefined) ?? start());
  const change = (changed: Draft) => {
    drafts.set(address, changed);
    setDraft(changed);
  };
  return { draft, change, forget: () => drafts.delete(address) };
}

/** What the link of a mail carried, by the page that it opened: `given`, or what this visit brought there before. */
export function carried(address: string, given: string): string {
  if (given !== "") drafts.set(address, given);
  return (drafts.get(address) as string | undefined) ?? "";
}

/** The next person at this browser sees nothing of them. */
export function forgetDrafts(): void {
  drafts.clear();
  try {
    sessionStorage.removeItem(bookingDraft);
  } catch {
    // Storage is refused: there is nothing.
  }
}
