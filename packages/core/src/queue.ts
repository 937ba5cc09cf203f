import { aws } from "./env.ts";
import { logger, trace } from "./log.ts";

/** SQS hands a FIFO queue's messages of one `group` over in order, and takes none whose `once` it took in the last 5 minutes. */
export type Order = { group: string; once: string };

const sqs = aws("sqs", 0);
const patience = 1_000;

/**
 * Sends one message, as JSON, to the queue at `url` (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference,
 * JSON protocol 1.0). Throws when SQS has not taken it within a second: it may have, all the same.
 */
export async function send(url: string | undefined, message: object, order?: Order): Promise<void> {
  if (url === undefined) throw new Error("no queue is named");
  const response = await sqs.fetch(new URL("/", url).href, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
    body: JSON.stringify({
      QueueUrl: url,
      MessageBody: JSON.stringify(message),
      ...(order && { MessageGroupId: order.group, MessageDeduplicationId: order.once }),
    }),
    signal: AbortSignal.timeout(patience),
  });
  if (!response.ok) throw new Error(`SQS answered ${response.status}`);
}

/** What Lambda is given of a queue's messages, and what it answers: the ones to be delivered again. */
export type Event = { Records: { messageId: string; body: string }[] };
export type Failures = { batchItemFailures: { itemIdentifier: string }[] };

/** Does the work for each message of an event, all at once. One whose work throws is logged and comes again. */
export async function each({ Records }: Event, work: (message: unknown) => Promise<void>): Promise<Failures> {
  const ends = await Promise.allSettled(Records.map(async ({ body }) => work(JSON.parse(body))));
  const failed = Records.filter(({ messageId }, index) => {
    const end = ends[index];
    if (end?.status === "rejected") logger.error("message failed", { messageId, error: trace(end.reason) });
    return end?.status === "rejected";
  });
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
