/** What Lambda tells a handler of its own time. */
export type Context = { getRemainingTimeInMillis: () => number };

/** The context of a handler that may take `life` milliseconds from now. */
export function living(life: number): Context {
  const end = Date.now() + life;
  return { getRemainingTimeInMillis: () => end - Date.now() };
}
