/** What this browser keeps for the next visit; null where it refuses to. */
export function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
