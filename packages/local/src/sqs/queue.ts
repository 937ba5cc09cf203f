import { createHash, randomUUID } from "node:crypto";

/** What was sent. A FIFO queue asks for both ids: it hands a group over in order, and takes no duplicate in five minutes. */
export type Sent = {
  MessageBody: string;
  MessageGroupId?: string | undefined;
  MessageDeduplicationId?: string | undefined;
};

/** What was received: `ReceiptHandle` is this delivery's own, by which the message is deleted. */
export type Received = {
  MessageId: string;
  ReceiptHandle: string;
  MD5OfBody: string;
  Body: string;
  Attributes: Attributes;
};
type Attributes = {
  ApproximateReceiveCount: string;
  SentTimestamp: string;
  MessageGroupId?: string;
  SequenceNumber?: string;
};

/**
 * `visibility`: a message not deleted so many seconds after its delivery is delivered again; after `receives` deliveries
 * it is moved to the queue `dead` instead.
 */
export type Settings = { visibility?: number; receives?: number; dead?: Queue };

type Message = Sent & {
  id: string;
  sequence: string;
  sentAt: number;
  receives: number;
  visibleAt: number;
  handle: string;
};

const fiveMinutes = 300_000;

/** A queue as SQS keeps it, in memory; one whose name ends in `.fifo` is FIFO. Times are in milliseconds since 1970. */
export class Queue {
  readonly name: string;
  readonly fifo: boolean;
  readonly dead: Queue | undefined;
  readonly #settings: Settings;
  #messages: Message[] = [];
  #taken = new Map<string, { id: string; sequence: string; at: number }>();
  #sequence = 0;
  #waiting = new Set<() => void>();

  constructor(name: string, settings: Settings = {}) {
    this.name = name;
    this.fifo = name.endsWith(".fifo");
    this.dead = settings.dead;
    this.#settings = settings;
  }

  /** How many messages may be received now, and how many are in somebody's hands. */
  counts(now = Date.now()): { visible: number; hidden: number } {
    this.#bury(now);
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now).length;
    return { visible: this.#messages.length - hidden, hidden };
  }

  /** A duplicate is answered as the first was, and not kept. */
  send(sent: Sent, now = Date.now()): { id: string; sequence: string } {
    const once = sent.MessageDeduplicationId;
    const before = once === undefined ? undefined : this.#taken.get(once);
    if (before && now - before.at < fiveMinutes) return before;
    const message = { id: randomUUID(), sequence: String(++this.#sequence).padStart(20, "0") };
    if (once !== undefined) this.#taken.set(once, { ...message, at: now });
    this.#messages.push({ ...sent, ...message, sentAt: now, receives: 0, visibleAt: now, handle: "" });
    for (const wake of this.#waiting) wake();
    return message;
  }

  /** Up to `most` messages that nobody has in hand. Of a group none, while one of it is in somebody's hands. */
  receive(most: number, now = Date.now()): Received[] {
    this.#bury(now);
    const busy = new Set(
      this.#messages.filter(({ visibleAt }) => visibleAt > now).map(({ MessageGroupId }) => MessageGroupId),
    );
    const free = this.#messages.filter(({ visibleAt, MessageGroupId }) =>
      this.fifo ? !busy.has(MessageGroupId) : visibleAt <= now,
    );
    return free.slice(0, most).map((message) => {
      message.receives++;
      message.visibleAt = now + (this.#settings.visibility ?? 30) * 1000;
      message.handle = randomUUID();
      return received(message);
    });
  }

  /** The same, once there is any or so many milliseconds have passed. */
  async wait(most: number, patience: number): Promise<Received[]> {
    const found = this.receive(most);
    if (found.length > 0 || patience <= 0) return found;
    const step = Math.min(patience, 100);
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, step);
      this.#waiting.add(wake);
    });
    return this.wait(most, patience - step);
  }

  /** Only by its newest handle: one delivered again since belongs to whoever has it now. */
  remove(handle: string): void {
    this.#messages = this.#messages.filter((message) => message.handle !== handle);
  }

  /** Gives the oldest message that nobody has in hand to another queue, if there is one. */
  move(to: Queue, now = Date.now()): boolean {
    const message = this.#messages.find(({ visibleAt }) => visibleAt <= now);
    if (!message) return false;
    this.#messages = this.#messages.filter((one) => one !== message);
    const { MessageBody, MessageGroupId } = message;
    to.send({ MessageBody, MessageGroupId }, now);
    return true;
  }

  #bury(now: number): void {
    const { receives = Number.POSITIVE_INFINITY, dead } = this.#settings;
    const spent = this.#messages.filter((message) => message.visibleAt <= now && message.receives >= receives);
    for (const { MessageBody, MessageGroupId } of spent) dead?.send({ MessageBody, MessageGroupId }, now);
    this.#messages = this.#messages.filter((message) => !spent.includes(message));
  }
}

function received({ id, handle, MessageBody, receives, sentAt, MessageGroupId, sequence }: Message): Received {
  return {
    MessageId: id,
    ReceiptHandle: handle,
    MD5OfBody: md5(MessageBody),
    Body: MessageBody,
    Attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      ...(MessageGroupId !== undefined && { MessageGroupId, SequenceNumber: sequence }),
    },
  };
}

export const md5 = (text: string) => createHash("md5").update(text).digest("hex");
