import type { StoredAnswer } from "./record.ts";

/**
 * Answers that this process has unpacked, the least recently used first. Each search still asks Redis whether the
 * answer is the newest.
 */
const answers = new Map<string, StoredAnswer>();
const limits = { answers: 100, offers: 300 };

export function readMemory(key: string): StoredAnswer | undefined {
  const answer = answers.get(key);
  if (answer) writeMemory(key, answer);
  return answer;
}

/**
 * Holds at most 100 answers, none with more than 300 offers: a Lambda has little memory and sees few of the searches.
 */
export function writeMemory(key: string, answer: StoredAnswer): StoredAnswer {
  answers.delete(key);
  if (answer.offers.length <= limits.offers) answers.set(key, answer);
  const [oldest] = answers.keys();
  if (answers.size > limits.answers && oldest) answers.delete(oldest);
  return answer;
}
