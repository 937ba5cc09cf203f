import { type Context, contextFor } from "./context.ts";
import type { Queue } from "./sqs/queue.ts";

type Handler = (
  event: { Records: Record[] },
  context: Context,
) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;
type Record = {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: object;
  messageAttributes: object;
  eventSource: "aws:sqs";
};

/**
 * `size` is the largest number of messages in one event (10); `timeout` is the time that the handler may take (30,000
 * ms).
 */
type Settings = { size?: number; timeout?: number };

/**
 * Does the work of Lambda between a queue and its handler: hands over the messages that are there and deletes those
 * that did not fail. `stop` waits for the handler that runs.
 */
export function startConsumer(
  queue: Queue,
  handler: Handler,
  { size = 10, timeout = 30_000 }: Settings = {},
): { stop: () => Promise<void> } {
  let stopped = false;
  const run = async () => {
    while (!stopped) {
      const records = (await queue.wait(size, 1_000)).map(
        ({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }): Record => ({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes: Attributes,
          messageAttributes: Object.fromEntries(
            Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [
              name,
              { dataType: DataType, stringValue: StringValue },
            ]),
          ),
          eventSource: "aws:sqs",
        }),
      );
      if (records.length > 0) await handOver(records);
    }
  };
  const handOver = async (records: Record[]) => {
    try {
      const { batchItemFailures } = await handler({ Records: records }, contextFor(timeout));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { messageId, receiptHandle } of records) if (!failed.has(messageId)) queue.remove(receiptHandle);
    } catch (error) {
      console.error("A queue's handler failed:", error);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}
