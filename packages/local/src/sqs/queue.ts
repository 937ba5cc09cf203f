import { createHash, randomUUID } from "node:crypto";

/**
 * A message to send. A FIFO queue requires both ids: it delivers a group in order, and takes no duplicate within five
 * minutes.
 */
export type Sent = {
  MessageBody: string;
  MessageGroupId?: string | undefined;
  MessageDeduplicationId?: string | undefined;
  MessageAttributes?: MessageAttributes | undefined;
};

export type MessageAttributes = { [name: string]: { DataType: "String"; StringValue: string } };

/** A received message. `ReceiptHandle` belongs to this delivery and deletes the message. */
export type Received = {
  MessageId: string;
  ReceiptHandle: string;
  MD5OfBody: string;
  Body: string;
  Attributes: Attributes;
  MessageAttributes: MessageAttributes;
};
type Attributes = {
  ApproximateReceiveCount: string;
  SentTimestamp: string;
  MessageGroupId?: string;
  SequenceNumber?: string;
};

/**
 * A message that is not deleted within `visibility` seconds after its delivery is delivered again; after `receives`
 * deliveries it is moved to the queue `dead` instead.
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

/** An SQS queue in memory; a name that ends in `.fifo` makes it FIFO. Times are in milliseconds since 1970. */
export class Queue {
  readonly name: string;
  readonly fifo: boolean;
  readonly dead: Queue | undefined;
  readonly #settings: Settings;
  #messages: Message[] = [];
  #accepted = new Map<string, { id: string; sequence: string; at: number }>();
  #sequence = 0;
  #waiting = new Set<() => void>();

  constructor(name: string, settings: Settings = {}) {
    this.name = name;
    this.fifo = name.endsWith(".fifo");
    this.dead = settings.dead;
    this.#settings = settings;
  }

  /** Returns the number of messages that can be received now, and of those that a receiver holds. */
  counts(now = Date.now()): { visible: number; hidden: number } {
    this.#moveDead(now);
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now).length;
    return { visible: this.#messages.length - hidden, hidden };
  }

  /** Adds a message. A duplicate is not kept and gets the answer of the first. */
  send(sent: Sent, now = Date.now()): { id: string; sequence: string } {
    const deduplicationId = sent.MessageDeduplicationId;
    const earlier = deduplicationId === undefined ? undefined : this.#accepted.get(deduplicationId);
    if (earlier && now - earlier.at < fiveMinutes) return earlier;
    const message = { id: randomUUID(), sequence: String(++this.#sequence).padStart(20, "0") };
    if (deduplicationId !== undefined) this.#accepted.set(deduplicationId, { ...message, at: now });
    this.#messages.push({ ...sent, ...message, sentAt: now, receives: 0, visibleAt: now, handle: "" });
    for (const wake of this.#waiting) wake();
    return message;
  }

  /** Receives up to `limit` visible messages. Of a FIFO group none, while a receiver holds one of the group. */
  receive(limit: number, now = Date.now()): Received[] {
    this.#moveDead(now);
    const busy = new Set(
      this.#messages.filter(({ visibleAt }) => visibleAt > now).map(({ MessageGroupId }) => MessageGroupId),
    );
    const free = this.#messages.filter(({ visibleAt, MessageGroupId }) =>
      this.fifo ? !busy.has(MessageGroupId) : visibleAt <= now,
    );
    return free.slice(0, limit).map((message) => {
      message.receives++;
      message.visibleAt = now + (this.#settings.visibility ?? 30) * 1000;
      message.handle = randomUUID();
      return received(message);
    });
  }

  /** Receives messages as soon as there are any, or returns none after `patience` milliseconds. */
  async wait(limit: number, patience: number): Promise<Received[]> {
    const found = this.receive(limit);
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
    return this.wait(limit, patience - step);
  }

  /** Deletes by the newest handle only: a message that was delivered again belongs to its newest receiver. */
  remove(handle: string): void {
    this.#messages = this.#messages.filter((message) => message.handle !== handle);
  }

  /** Moves the oldest visible message to another queue. Returns false when there is none. */
  move(to: Queue, now = Date.now()): boolean {
    const message = this.#messages.find(({ visibleAt }) => visibleAt <= now);
    if (!message) return false;
    this.#messages = this.#messages.filter((one) => one !== message);
    const { MessageBody, MessageGroupId, MessageAttributes } = message;
    to.send({ MessageBody, MessageGroupId, MessageAttributes }, now);
    return true;
  }

  #moveDead(now: number): void {
    const { receives = Number.POSITIVE_INFINITY, dead } = this.#settings;
    const spent = this.#messages.filter((message) => message.visibleAt <= now && message.receives >= receives);
    for (const { MessageBody, MessageGroupId, MessageAttributes } of spent)
      dead?.send({ MessageBody, MessageGroupId, MessageAttributes }, now);
    this.#messages = this.#messages.filter((message) => !spent.includes(message));
  }
}

function received({
  id,
  handle,
  MessageBody,
  receives,
  sentAt,
  MessageGroupId,
  MessageAttributes = {},
  sequence,
}: Message): Received {
  return {
    MessageId: id,
    ReceiptHandle: handle,
    MD5OfBody: md5(MessageBody),
    Body: MessageBody,
    MessageAttributes,
    Attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      ...(MessageGroupId !== undefined && { MessageGroupId, SequenceNumber: sequence }),
    },
  };
}

export const md5 = (text: string) => createHash("md5").update(text).digest("hex");
