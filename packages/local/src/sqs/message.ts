import * as v from "valibot";
import type { Queue, Sent } from "./queue.ts";
import { Refusal } from "./refusal.ts";

/** SQS's own limit in bytes for a message. */
const limit = 1024 * 1024;

const id = v.pipe(v.string(), v.regex(/^[!-~]{1,128}$/, "must be 1 to 128 characters"));

/** The fields of a message to send. */
export const message = {
  MessageBody: v.pipe(v.string(), v.minLength(1)),
  MessageGroupId: v.optional(id),
  MessageDeduplicationId: v.optional(id),
  MessageAttributes: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^[\w.-]{1,256}$/)),
      v.strictObject({ DataType: v.literal("String"), StringValue: v.pipe(v.string(), v.minLength(1)) }),
    ),
  ),
};

/**
 * Returns the refusal of a message that the queue does not take. SQS does not carry characters that XML cannot hold.
 */
export function unsendable(queue: Queue, sent: Sent): Refusal | undefined {
  const { MessageBody, MessageGroupId, MessageDeduplicationId } = sent;
  if (Buffer.byteLength(MessageBody) > limit)
    return new Refusal("InvalidParameterValueException", `Message must be shorter than ${limit} bytes.`);
  if (!/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(MessageBody))
    return new Refusal("InvalidMessageContents", "Invalid characters found.");
  if (queue.fifo && (MessageGroupId === undefined || MessageDeduplicationId === undefined))
    return new Refusal("MissingParameter", "A FIFO queue asks for both ids.");
  if (!queue.fifo && MessageDeduplicationId !== undefined)
    return new Refusal("InvalidParameterValueException", "A standard queue takes no MessageDeduplicationId.");
  return undefined;
}

export function faultOf([issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): Refusal {
  return new Refusal("InvalidParameterValueException", `${v.getDotPath(issue) ?? "The body"}: ${issue.message}`);
}
