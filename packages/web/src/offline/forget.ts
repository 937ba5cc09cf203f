/** The database of this browser that holds what was last seen. */
export const database = "seen";

let forgotAt = 0;
/** What came before this moment belongs to a person who is no longer here (ms since 1970). */
export const forgottenUntil = () => forgotAt;

/** Removes what was kept for opening without a connection. */
export function forget(): void {
  forgotAt = Date.now();
  try {
    indexedDB.deleteDatabase(database);
  } catch {
    // Storage is refused: there is nothing.
  }
}
