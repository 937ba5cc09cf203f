import type { Queue } from "./sqs/queue.ts";

type Handler = (event: { Records: Record[] }) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;
type Record = { messageId: string; receiptHandle: string; body: string; attributes: object; eventSource: "aws:sqs" };

/**
 * Lambda's part between a queue and its handler: hands over what is there, ten at once, and deletes what did not fail.
 * `stop` waits for the handler that runs.
 */
export function startConsumer(queue: Queue, handler: Handler): { stop: () => Promise<void> } {
  let stopped = false;
  const run = async () => {
    while (!stopped) {
      const records = (await queue.wait(10, 1_000)).map(
        ({ MessageId, ReceiptHandle, Body, Attributes }): Record => ({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes: Attributes,
          eventSource: "aws:sqs",
        }),
      );
      if (records.length > 0) await handOver(records);
    }
  };
  const handOver = async (records: Record[]) => {
    try {
      const { batchItemFailures } = await handler({ Records: records });
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
