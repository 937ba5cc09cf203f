import { aws } from "./env.ts";
import { logger, trace } from "./log.ts";

/** SQS hands a FIFO queue's messages of one `group` over in order, and takes none whose `once` it took in the last 5 minutes. */
export type Order = { group: string; once: string };

const sqs = aws("sqs", 0);
const patience = 1_000;

/**
 * Sends one message, as JSON, to the queue at `url`. Throws when SQS has not taken it within a second: it may have, all
 * the same.
 */
export async function send(url: string | undefined, message: object, order?: Order): Promise<void> {
  await ask("SendMessage", url, {
    MessageBody: JSON.stringify(message),
    ...(order && { MessageGroupId: order.group, MessageDeduplicationId: order.once }),
  });
}

/**
 * Sends messages, as JSON and ten a request, to a queue that keeps no order.
 * @returns how many of them SQS said that it took; why not the others is logged
 */
export async function sendAll(url: string | undefined, messages: object[]): Promise<number> {
  const entries = messages.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
  const batches = Array.from({ length: Math.ceil(entries.length / 10) }, (_, n) => entries.slice(n * 10, n * 10 + 10));
  const answers = await Promise.allSettled(batches.map((Entries) => ask<Taken>("SendMessageBatch", url, { Entries })));
  return answers.reduce((sum, answer) => {
    if (answer.status === "rejected") logger.warn("messages not sent", { error: trace(answer.reason) });
    const { Successful = [], Failed = [] } = answer.status === "fulfilled" ? answer.value : {};
    if (Failed.length > 0) logger.warn("messages refused", { codes: Failed.map(({ Code }) => Code) });
    return sum + Successful.length;
  }, 0);
}

type Taken = { Successful?: { Id: string }[]; Failed?: { Id: string; Code: string }[] };

/** About how many messages the queue holds, those in somebody's hands included. Throws as `send` does. */
export async function countMessages(url: string | undefined): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  const { Attributes } = await ask<{ Attributes: Record<string, string> }>("GetQueueAttributes", url, {
    AttributeNames,
  });
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

/** One action of SQS's on a queue (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference, JSON protocol 1.0). */
async function ask<T>(action: string, url: string | undefined, asked: object): Promise<T> {
  if (url === undefined) throw new Error("no queue is named");
  const response = await sqs.fetch(new URL("/", url).href, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
    body: JSON.stringify({ QueueUrl: url, ...asked }),
    signal: AbortSignal.timeout(patience),
  });
  if (!response.ok) throw new Error(`SQS answered ${response.status}`);
  return (await response.json()) as T;
}

/** What Lambda is given of a queue's messages, and what it answers: the ones to be delivered again. */
export type Event = { Records: { messageId: string; body: string }[] };
export type Failures = { batchItemFailures: { itemIdentifier: string }[] };

/** And what it says of itself: how many milliseconds it may still take. */
export type Context = { getRemainingTimeInMillis: () => number };

/** Does the work for each message of an event, all at once. One whose work throws is logged and comes again. */
export async function handleMessages({ Records }: Event, work: (message: unknown) => Promise<void>): Promise<Failures> {
  const ends = await Promise.allSettled(Records.map(async ({ body }) => work(JSON.parse(body))));
  const failed = Records.filter(({ messageId }, index) => {
    const end = ends[index];
    if (end?.status === "rejected") logger.error("message failed", { messageId, error: trace(end.reason) });
    return end?.status === "rejected";
  });
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
