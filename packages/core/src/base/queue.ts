import { aws } from "./env.ts";
import { describeError, logger } from "./log.ts";
import { requestId, runAs } from "./trace.ts";

/**
 * SQS delivers a FIFO queue's messages of one `group` in order, and drops a message whose `once` it received in the
 * last 5 minutes.
 */
export type Order = { group: string; once: string };

const sqs = aws("sqs", 0);
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

/**
 * Sends messages, as JSON and ten per request, to a queue without order.
 * @returns how many SQS confirmed; the reasons for the others are logged
 */
export async function sendAll(url: string | undefined, messages: object[]): Promise<number> {
  const entries = messages.map((message, index) => ({ Id: String(index), ...toMessage(message) }));
  const batches = Array.from({ length: Math.ceil(entries.length / 10) }, (_, n) => entries.slice(n * 10, n * 10 + 10));
  const answers = await Promise.allSettled(
    batches.map((Entries) => callSqs<Taken>("SendMessageBatch", url, { Entries })),
  );
  return answers.reduce((sum, answer) => {
    if (answer.status === "rejected") logger.warn("messages not sent", { error: describeError(answer.reason) });
    const { Successful = [], Failed = [] } = answer.status === "fulfilled" ? answer.value : {};
    if (Failed.length > 0) logger.warn("messages refused", { codes: Failed.map(({ Code }) => Code) });
    return sum + Successful.length;
  }, 0);
}

/** The id of the request travels beside the body, which another version may read. */
function toMessage(message: object): object {
  const id = requestId();
  const attribute = id && { requestId: { DataType: "String", StringValue: id } };
  return { MessageBody: JSON.stringify(message), ...(attribute && { MessageAttributes: attribute }) };
}

type Taken = { Successful?: { Id: string }[]; Failed?: { Id: string; Code: string }[] };

/** The approximate number of messages in the queue, those being processed included. Throws as `send` does. */
export async function countMessages(url: string | undefined): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  const { Attributes } = await callSqs<{ Attributes: Record<string, string> }>("GetQueueAttributes", url, {
    AttributeNames,
  });
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

/**
 * Runs one action of SQS on a queue (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference, JSON
 * protocol 1.0).
 */
async function callSqs<T>(action: string, url: string | undefined, asked: object): Promise<T> {
  if (url === undefined) throw new Error("no queue is named");
  const response = await sqs.fetch(new URL("/", url).href, {
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
