/** Answers that were asked for before the client itself had come (src/first.ts), by address. */
declare global {
  var early: Map<string, Promise<Response>> | undefined;
  /** What is drawn of this address's screen before the client is there (src/landing.tsx). */
  var view: string | undefined;
}

/** The answer to this address that is on its way already; each is given once. */
export function takeEarly(address: string): Promise<Response> | undefined {
  const answer = globalThis.early?.get(address);
  globalThis.early?.delete(address);
  return answer;
}
