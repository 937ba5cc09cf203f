import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { type Answer, type Server, serve } from "./http.ts";
import { type Key, signed } from "./signature.ts";
import { md5, Queue } from "./sqs/queue.ts";

/** SQS's API in front of queues that are gone with the process, by their names; `urlOf` says what the product is told. */
export type SqsGateway = Server & { queues: { refresh: Queue; refreshDead: Queue }; urlOf: (queue: Queue) => string };

/** SQS's own limit for a message. */
const limit = 1024 * 1024;

const id = v.pipe(v.string(), v.regex(/^[!-~]{1,128}$/, "must be 1 to 128 characters"));
const number = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** What we use of SQS. A field that an action does not name is refused, so that no misspelling is overlooked. */
const actions = {
  SendMessage: act(
    {
      MessageBody: v.pipe(v.string(), v.minLength(1)),
      MessageGroupId: v.optional(id),
      MessageDeduplicationId: v.optional(id),
    },
    async (queue, message) => {
      const ids = [message.MessageGroupId, message.MessageDeduplicationId];
      if (queue.fifo && ids.includes(undefined)) return refused("MissingParameter", "A FIFO queue asks for both ids");
      const { id, sequence } = queue.send(message);
      const answer = { MessageId: id, MD5OfMessageBody: md5(message.MessageBody) };
      return ok(queue.fifo ? { ...answer, SequenceNumber: sequence } : answer);
    },
  ),
  ReceiveMessage: act(
    { MaxNumberOfMessages: v.optional(number(1, 10), 1), WaitTimeSeconds: v.optional(number(0, 20), 0) },
    async (queue, { MaxNumberOfMessages, WaitTimeSeconds }) =>
      ok({ Messages: await queue.wait(MaxNumberOfMessages, WaitTimeSeconds * 1000) }),
  ),
  DeleteMessage: act({ ReceiptHandle: v.string() }, async (queue, { ReceiptHandle }) => {
    queue.remove(ReceiptHandle);
    return ok({});
  }),
};

/** Speaks SQS's JSON protocol (AWS JSON 1.0) to who signs with `key`. */
export async function startSqs(key: Key, port = 0): Promise<SqsGateway> {
  // As stacks/flights.ts makes them.
  const refreshDead = new Queue("refresh-dead.fifo");
  const queues = {
    refresh: new Queue("refresh.fifo", { visibility: 180, receives: 3, dead: refreshDead }),
    refreshDead,
  };

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    if (!signed("sqs", key, request, body))
      return refused("InvalidSignatureException", "The signature does not match the request", 403);
    const [, name = ""] = /^AmazonSQS\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    if (request.method !== "POST" || request.url !== "/" || !Object.hasOwn(actions, name))
      return refused("UnknownOperationException", "There is no such operation");
    if (request.headers["content-type"] !== "application/x-amz-json-1.0")
      return refused("SerializationException", "The body is not JSON");
    return actions[name as keyof typeof actions](body.toString(), (url) =>
      Object.values(queues).find((queue) => urlOf(queue) === url),
    );
  }

  const server = await serve(answer, limit, port);
  const urlOf = ({ name }: Queue) => `${server.url}/000000000000/${name}`;
  return { ...server, queues, urlOf };
}

/** An action of SQS's on a queue, with what it takes beside that. */
function act<E extends v.ObjectEntries>(
  entries: E,
  run: (queue: Queue, given: v.InferOutput<v.StrictObjectSchema<E, undefined>>) => Promise<Answer>,
) {
  const given = v.pipe(v.string(), v.parseJson(), v.looseObject({ QueueUrl: v.string() }));
  return async (body: string, queueAt: (url: string) => Queue | undefined): Promise<Answer> => {
    const named = v.safeParse(given, body);
    if (!named.success) return refused("InvalidParameterValueException", faultOf(named.issues));
    const { QueueUrl, ...rest } = named.output;
    const queue = queueAt(QueueUrl);
    if (!queue) return refused("QueueDoesNotExist", "The specified queue does not exist");
    const asked = v.safeParse(v.strictObject(entries), rest);
    if (!asked.success) return refused("InvalidParameterValueException", faultOf(asked.issues));
    return run(queue, asked.output);
  };
}

function faultOf([issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return `${v.getDotPath(issue) ?? "The body"}: ${issue.message}`;
}

const ok = (body: object): Answer => ({ status: 200, body });

function refused(type: string, message: string, status = 400): Answer {
  return { status, body: { __type: `com.amazonaws.sqs#${type}`, message } };
}
