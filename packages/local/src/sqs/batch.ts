import * as v from "valibot";
import { md5, type Queue, type Sent } from "./queue.ts";
import { Refusal } from "./refusal.ts";

/** SQS's own limit for a message, and for all of a batch together (bytes). */
const most = 1024 * 1024;

const id = v.pipe(v.string(), v.regex(/^[!-~]{1,128}$/, "must be 1 to 128 characters"));

/** A message as it is sent. */
export const message = {
  MessageBody: v.pipe(v.string(), v.minLength(1)),
  MessageGroupId: v.optional(id),
  MessageDeduplicationId: v.optional(id),
};

const Entry = v.strictObject({ Id: v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, "is no id of an entry")), ...message });

/** Why a queue does not take a message, if it does not. What XML cannot say, SQS does not carry. */
export function unsendable(queue: Queue, sent: Sent): Refusal | undefined {
  const { MessageBody, MessageGroupId, MessageDeduplicationId } = sent;
  if (Buffer.byteLength(MessageBody) > most)
    return new Refusal("InvalidParameterValueException", `Message must be shorter than ${most} bytes.`);
  if (!/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(MessageBody))
    return new Refusal("InvalidMessageContents", "Invalid characters found.");
  if (queue.fifo && (MessageGroupId === undefined || MessageDeduplicationId === undefined))
    return new Refusal("MissingParameter", "A FIFO queue asks for both ids.");
  if (!queue.fifo && MessageDeduplicationId !== undefined)
    return new Refusal("InvalidParameterValueException", "A standard queue takes no MessageDeduplicationId.");
  return undefined;
}

/** Up to ten messages, each taken or refused by itself; what is wrong with the batch refuses them all. */
export function batch(queue: Queue, entries: unknown[]): object {
  if (entries.length === 0) throw new Refusal("EmptyBatchRequest", "There should be at least one entry.");
  if (entries.length > 10) throw new Refusal("TooManyEntriesInBatchRequest", "There may be 10 entries at most.");
  const asked = v.safeParse(v.array(Entry), entries);
  if (!asked.success) throw faultOf(asked.issues);
  const ids = asked.output.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) throw new Refusal("BatchEntryIdsNotDistinct", "Ids repeated.");
  const size = asked.output.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (size > most) throw new Refusal("BatchRequestTooLong", `Batch requests cannot be longer than ${most} bytes.`);

  const ends = asked.output.map(({ Id, ...sent }) => {
    const fault = unsendable(queue, sent);
    if (fault) return { Id, SenderFault: true, Code: fault.type, Message: fault.message };
    const { id: MessageId, sequence } = queue.send(sent);
    const taken = { Id, MessageId, MD5OfMessageBody: md5(sent.MessageBody) };
    return queue.fifo ? { ...taken, SequenceNumber: sequence } : taken;
  });
  const [Successful, Failed] = [ends.filter((end) => !("Code" in end)), ends.filter((end) => "Code" in end)];
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

export function faultOf([issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): Refusal {
  const path = v.getDotPath(issue);
  const type = /^\d+\.Id$/.test(path ?? "") ? "InvalidBatchEntryId" : "InvalidParameterValueException";
  return new Refusal(type, `${path ?? "The body"}: ${issue.message}`);
}
