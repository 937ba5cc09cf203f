import { signedFetch } from "./aws.ts";
import { describeError, logger } from "./log.ts";
import { requestId, runAs } from "./trace.ts";

/**
 * SQS delivers a FIFO queue's messages of one `group` in order, and drops a message whose `once` it received in the
 * last 5 minutes.
 */
export type Order = { group: string; once: string };

const askSqs = signedFetch("sqs");
const timeoutMs = 1_000;

/**
 * Sends one message, as JSON, to the queue at `url`. Throws when SQS has not confirmed it within a second, although SQS
 * may have received it.
 */
export async function send(url: string | undefined, message: object, order?: Order): Promise<void> {
  await callSqs("SendMessage", url, {
    ...toMessage(message),
    ...(order && { MessageGroupId: order.group, MessageDeduplicationId: order.once }),
  });
}

/** The id of the request travels beside the body, which another version may read. */
function toMessage(message: object): object {
  const id = requestId();
  const attribute = id && { requestId: { DataType: "String", StringValue: id } };
  return { MessageBody: JSON.stringify(message), ...(attribute && { MessageAttributes: attribute }) };
}

/**
 * Runs one action of SQS on a queue (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference, JSON
 * protocol 1.0).
 */
async function callSqs<T>(action: string, url: string | undefined, asked: object): Promise<T> {
  if (url === undefined) throw new Error("no queue is named");
  const response = await askSqs(new URL("/", url).href, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
    body: JSON.stringify({ QueueUrl: url, ...asked }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`SQS answered ${response.status}`);
  return (await response.json()) as T;
}

/** The event that Lambda passes for a queue's messages, and the result: the messages to deliver again. */
export type Event = { Records: Message[] };
type Message = { messageId: string; body: string; messageAttributes?: { requestId?: { stringValue?: string } } };
export type Failures = { batchItemFailures: { itemIdentifier: string }[] };

/** The part of Lambda's context that is used: the remaining time in milliseconds. */
export type Context = { getRemainingTimeInMillis: () => number };

/**
 * Runs `work` for each message of an event, all at once and each under the id of the request that sent it. A message whose
 * work throws is logged and delivered again.
 */
export async function handleMessages({ Records }: Event, work: (message: unknown) => Promise<void>): Promise<Failures> {
  const run = async ({ messageId, body }: Message) => {
    try {
      await work(JSON.parse(body));
      return [];
    } catch (error) {
      logger.error("message failed", { messageId, error: describeError(error) });
      return [{ itemIdentifier: messageId }];
    }
  };
  const failures = await Promise.all(
    Records.map((record) => runAs(record.messageAttributes?.requestId?.stringValue, () => run(record))),
  );
  return { batchItemFailures: failures.flat() };
}
