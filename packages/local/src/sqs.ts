import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { type Answer, type Server, serve } from "./http.ts";
import { type Key, signed } from "./signature.ts";
import { faultOf, message, unsendable } from "./sqs/message.ts";
import { type Move, startMove } from "./sqs/move.ts";
import { md5, Queue } from "./sqs/queue.ts";
import { ok, Refusal, refused } from "./sqs/refusal.ts";

type Queues = Record<"refresh" | "refreshDead" | "feedbackDead", Queue>;

/** SQS's API in front of queues in memory, by their names; `urlOf` returns the address that the product uses. */
export type SqsGateway = Server & { queues: Queues; urlOf: (queue: Queue) => string };

/** SQS's own limit for a message is a mebibyte; the body is longer, because it is escaped. */
const limit = 4 * 1024 * 1024;

const number = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** The state that an action works on: the queues, and the move tasks, newest first. */
type World = { all: Queue[]; moves: Move[]; urlOf: (queue: Queue) => string };

/** The actions of SQS that the product uses. Any other field is refused, so that a misspelling is noticed. */
const actions = {
  SendMessage: queueAction(message, (queue, sent) => {
    const fault = unsendable(queue, sent);
    if (fault) throw fault;
    const { id, sequence } = queue.send(sent);
    const answer = { MessageId: id, MD5OfMessageBody: md5(sent.MessageBody) };
    return queue.fifo ? { ...answer, SequenceNumber: sequence } : answer;
  }),
  ReceiveMessage: queueAction(
    { MaxNumberOfMessages: v.optional(number(1, 10), 1), WaitTimeSeconds: v.optional(number(0, 20), 0) },
    async (queue, { MaxNumberOfMessages, WaitTimeSeconds }) => ({
      // SQS leaves out the attributes that are not asked for.
      Messages: (await queue.wait(MaxNumberOfMessages, WaitTimeSeconds * 1000)).map(
        ({ MessageAttributes: _, ...message }) => message,
      ),
    }),
  ),
  DeleteMessage: queueAction({ ReceiptHandle: v.string() }, (queue, { ReceiptHandle }) => {
    queue.remove(ReceiptHandle);
    return {};
  }),
  GetQueueAttributes: queueAction(
    {
      AttributeNames: v.array(
        v.picklist(["QueueArn", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]),
      ),
    },
    (queue, { AttributeNames }) => {
      const { visible, hidden } = queue.counts();
      const known = {
        QueueArn: arnOf(queue),
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(hidden),
      };
      return { Attributes: Object.fromEntries(AttributeNames.map((name) => [name, known[name]])) };
    },
  ),
  GetQueueUrl: action({ QueueName: v.string() }, ({ QueueName }, { all, urlOf }) => {
    const queue = all.find(({ name }) => name === QueueName);
    if (!queue) throw new Refusal("QueueDoesNotExist", "The specified queue does not exist.");
    return { QueueUrl: urlOf(queue) };
  }),
  StartMessageMoveTask: action(
    { SourceArn: v.string(), MaxNumberOfMessagesPerSecond: v.optional(number(1, 500)) },
    ({ SourceArn, MaxNumberOfMessagesPerSecond }, { all, moves }) => {
      const source = queueAt(SourceArn, all);
      const origin = all.find(({ dead }) => dead === source);
      if (!origin)
        throw new Refusal("InvalidParameterValueException", "Source queue must be configured as a Dead Letter Queue.");
      if (moves.some((move) => move.source === source && move.status === "RUNNING"))
        throw new Refusal("UnsupportedOperation", "There is already a task running for this source queue.");
      const move = startMove(source, origin, MaxNumberOfMessagesPerSecond);
      moves.unshift(move);
      return { TaskHandle: move.handle };
    },
  ),
  ListMessageMoveTasks: action(
    { SourceArn: v.string(), MaxResults: v.optional(number(1, 10), 1) },
    ({ SourceArn, MaxResults }, { all, moves }) => {
      const source = queueAt(SourceArn, all);
      return {
        Results: moves
          .filter((move) => move.source === source)
          .slice(0, MaxResults)
          .map(toResult),
      };
    },
  ),
};

/** Speaks SQS's JSON protocol (AWS JSON 1.0) to callers that sign with `key`. */
export async function startSqs(key: Key, port = 0): Promise<SqsGateway> {
  const refreshDead = new Queue(nameOf("refreshDead.fifo"));
  const queues = {
    // With the settings of stacks/flights.ts.
    refresh: new Queue(nameOf("refresh.fifo"), { visibility: 180, receives: 3, dead: refreshDead }),
    refreshDead,
    feedbackDead: new Queue(nameOf("feedbackDead")),
  };

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    if (!signed("sqs", key, request, body))
      return refused(new Refusal("InvalidSignatureException", "The signature does not match the request", 403));
    const [, name = ""] = /^AmazonSQS\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    if (request.method !== "POST" || request.url !== "/" || !Object.hasOwn(actions, name))
      return refused(new Refusal("UnknownOperationException", "There is no such operation"));
    if (request.headers["content-type"] !== "application/x-amz-json-1.0")
      return refused(new Refusal("SerializationException", "The body is not JSON"));
    try {
      return ok(await actions[name as keyof typeof actions](body.toString(), world));
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
  }

  const server = await serve(answer, limit, port);
  const urlOf = ({ name }: Queue) => `${server.url}/000000000000/${name}`;
  const world: World = { all: Object.values(queues), moves: [], urlOf };
  return { ...server, queues, urlOf };
}

/** An action of SQS with the schema of its input. */
function action<E extends v.ObjectEntries>(
  entries: E,
  run: (input: v.InferOutput<v.StrictObjectSchema<E, undefined>>, world: World) => object | Promise<object>,
) {
  const schema = v.pipe(v.string(), v.parseJson(), v.strictObject(entries));
  return async (body: string, world: World): Promise<object> => {
    const input = v.safeParse(schema, body);
    if (!input.success) throw faultOf(input.issues);
    return run(input.output, world);
  };
}

/** An action on a queue, which it finds by its URL first. */
function queueAction<E extends v.ObjectEntries>(
  entries: E,
  run: (queue: Queue, input: v.InferOutput<v.StrictObjectSchema<E, undefined>>) => object | Promise<object>,
) {
  const named = v.pipe(v.string(), v.parseJson(), v.looseObject({ QueueUrl: v.string() }));
  return async (body: string, world: World): Promise<object> => {
    const parsed = v.safeParse(named, body);
    if (!parsed.success) throw faultOf(parsed.issues);
    const { QueueUrl, ...rest } = parsed.output;
    const queue = world.all.find((one) => world.urlOf(one) === QueueUrl);
    if (!queue) throw new Refusal("QueueDoesNotExist", "The specified queue does not exist.");
    return action(entries, (input) => run(queue, input))(JSON.stringify(rest), world);
  };
}

const nameOf = (queue: string) => `local-travel-conductor-${queue}`;
const arnOf = ({ name }: Queue) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

function queueAt(arn: string, all: Queue[]): Queue {
  const queue = all.find((one) => arnOf(one) === arn);
  if (queue) return queue;
  throw new Refusal("ResourceNotFoundException", "The resource that you specified doesn't exist.");
}

/** SQS returns the handle, by which a task can be stopped, only for a running task. */
function toResult({ handle, status, source, destination, rate, moved, toMove, startedAt }: Move) {
  return {
    ...(status === "RUNNING" && { TaskHandle: handle }),
    Status: status,
    SourceArn: arnOf(source),
    DestinationArn: arnOf(destination),
    ...(rate !== undefined && { MaxNumberOfMessagesPerSecond: rate }),
    ApproximateNumberOfMessagesMoved: moved,
    ApproximateNumberOfMessagesToMove: toMove,
    StartedTimestamp: startedAt,
  };
}
