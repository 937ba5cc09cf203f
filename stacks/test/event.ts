import { createHash, randomUUID } from "node:crypto";
import type { ScheduledEvent, SQSEvent } from "aws-lambda";

/** EventBridge's event for a tick of the rule at `time` (UTC). */
export function tick(time: Date): ScheduledEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "123456789012",
    time: `${time.toISOString().slice(0, 19)}Z`,
    region: "eu-west-2",
    resources: ["arn:aws:events:eu-west-2:123456789012:rule/test-travel-conductor-watcher-sweepRule"],
    detail: {},
  };
}

/** What Lambda hands over of a queue's messages. */
export function messages(queue: "refresh.fifo" | "sweepTickets", ...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: randomUUID(),
      receiptHandle: randomUUID(),
      body,
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "1795359600000",
        SenderId: "AROAEXAMPLE:sender",
        ...(queue === "refresh.fifo" && {
          SequenceNumber: String(index),
          MessageGroupId: String(index),
          MessageDeduplicationId: String(index),
        }),
        ApproximateFirstReceiveTimestamp: "1795359600001",
      },
      messageAttributes: {},
      md5OfBody: createHash("md5").update(body).digest("hex"),
      eventSource: "aws:sqs",
      eventSourceARN: `arn:aws:sqs:eu-west-2:123456789012:test-travel-conductor-${queue}`,
      awsRegion: "eu-west-2",
    })),
  };
}
