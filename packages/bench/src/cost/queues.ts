import { createHash, randomUUID } from "node:crypto";

/** A message that waits until `due` (ms of the simulated clock). */
export type Waiting = { id: string; body: string; due: number; sent: number };

/** The time between sending a message and the call of its Lambda (ms). */
const delay = 500;

/** The queues and the Lambdas that are called, by their addresses, on the simulated clock: delays would be of real time. */
export function createQueues(now: () => number) {
  const waiting = new Map<string, Waiting[]>();
  const seen = new Map<string, number>();
  const of = (url: string) => {
    const queue = waiting.get(url) ?? [];
    waiting.set(url, queue);
    return queue;
  };

  type Entry = { MessageBody: string; DelaySeconds?: number; MessageDeduplicationId?: string };
  function put(url: string, { MessageBody, DelaySeconds = 0, MessageDeduplicationId: once }: Entry): object {
    const at = now();
    const id = randomUUID();
    const key = once && `${url} ${once}`;
    const isRepeated = key !== undefined && (seen.get(key) ?? 0) > at - 300_000;
    if (key) seen.set(key, at);
    if (!isRepeated) of(url).push({ id, body: MessageBody, due: at + delay + DelaySeconds * 1_000, sent: at });
    return { MessageId: id, MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
  }

  return {
    /** Answers a request of SQS's JSON protocol. */
    answer(target: string, body: { QueueUrl: string } & Entry): object {
      if (target.endsWith(".SendMessage")) return put(body.QueueUrl, body);
      throw new Error(`The bench does not answer ${target}`);
    },
    /** Keeps a call of the Lambda at `url` until it runs. */
    call(url: string, body: string): void {
      of(url).push({ id: randomUUID(), body, due: now() + delay, sent: now() });
    },
    /** When the next message or call is due; undefined without one. */
    next(): number | undefined {
      const moments = [...waiting.values()].flat().map(({ due }) => due);
      return moments.length > 0 ? Math.min(...moments) : undefined;
    },
    /** Takes at most `size` messages or calls that are due at `moment`. */
    take(url: string, moment: number, size: number): Waiting[] {
      const queue = of(url);
      const due = queue.filter((each) => each.due <= moment).slice(0, size);
      waiting.set(
        url,
        queue.filter((each) => !due.includes(each)),
      );
      return due;
    },
  };
}
