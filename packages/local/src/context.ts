/** The part of Lambda's context that the handlers use: the time that is left. */
export type Context = { getRemainingTimeInMillis: () => number };

/** Returns the context of a handler that may take `timeout` milliseconds from now. */
export function contextFor(timeout: number): Context {
  const end = Date.now() + timeout;
  return { getRemainingTimeInMillis: () => end - Date.now() };
}
