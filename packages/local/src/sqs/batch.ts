import * as v from "valibot";
import { md5, type Queue, type Sent } from "./queue.ts";
import { Refusal } from "./refusal.ts";

/** SQS's own limit in bytes for a message, and for the sum of a batch. */
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

const Entry = v.strictObject({ Id: v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, "is no id of an entry")), ...message });

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

/** Sends up to ten messages; each is taken or refused alone. A fault of the batch itself refuses them all. */
export function batch(queue: Queue, entries: unknown[]): object {
  if (entries.length === 0) throw new Refusal("EmptyBatchRequest", "There should be at least one entry.");
  if (entries.length > 10) throw new Refusal("TooManyEntriesInBatchRequest", "There may be 10 entries at most.");
  const parsed = v.safeParse(v.array(Entry), entries);
  if (!parsed.success) throw faultOf(parsed.issues);
  const ids = parsed.output.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) throw new Refusal("BatchEntryIdsNotDistinct", "Ids repeated.");
  const size = parsed.output.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (size > limit) throw new Refusal("BatchRequestTooLong", `Batch requests cannot be longer than ${limit} bytes.`);

  const results = parsed.output.map(({ Id, ...sent }) => {
    const fault = unsendable(queue, sent);
    if (fault) return { Id, SenderFault: true, Code: fault.type, Message: fault.message };
    const { id: MessageId, sequence } = queue.send(sent);
    const sentEntry = { Id, MessageId, MD5OfMessageBody: md5(sent.MessageBody) };
    return queue.fifo ? { ...sentEntry, SequenceNumber: sequence } : sentEntry;
  });
  const [Successful, Failed] = [
    results.filter((result) => !("Code" in result)),
    results.filter((result) => "Code" in result),
  ];
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

export function faultOf([issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): Refusal {
  const path = v.getDotPath(issue);
  const type = /^\d+\.Id$/.test(path ?? "") ? "InvalidBatchEntryId" : "InvalidParameterValueException";
  return new Refusal(type, `${path ?? "The body"}: ${issue.message}`);
}
