import type { StoredAnswer } from "./record.ts";

/** Answers that this process has unpacked, the last used last. Redis is asked each time whether they are still the newest. */
const near = new Map<string, StoredAnswer>();
const most = { answers: 100, offers: 300 };

export function held(key: string): StoredAnswer | undefined {
  const known = near.get(key);
  if (known) hold(key, known);
  return known;
}

/** Few are held, and none with very many offers: a Lambda's memory is as small as its share of what is asked. */
export function hold(key: string, known: StoredAnswer): StoredAnswer {
  near.delete(key);
  if (known.offers.length <= most.offers) near.set(key, known);
  const [oldest] = near.keys();
  if (near.size > most.answers && oldest) near.delete(oldest);
  return known;
}
