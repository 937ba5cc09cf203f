import { storage } from "./storage.ts";

/** What a row lost when it was moved in; null for one that was made here. What was kept before has it not. */
export type Moved = { why: string[] } | null | undefined;

/** Whether this browser has shown the note that the account moved. It names nobody. */
const key = "moved-seen";
export const isMovedSeen = () => storage()?.getItem(key) === "yes";
export function keepMovedSeen(): void {
  try {
    storage()?.setItem(key, "yes");
  } catch {
    // The note comes again.
  }
}
