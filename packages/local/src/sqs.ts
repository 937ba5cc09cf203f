import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { type Answer, type Server, serve } from "./http.ts";
import { type Key, signed } from "./signature.ts";
import { batch, faultOf, message, unsendable } from "./sqs/batch.ts";
import { type Move, startMove } from "./sqs/move.ts";
import { md5, Queue } from "./sqs/queue.ts";
import { ok, Refusal, refused } from "./sqs/refusal.ts";

type Queues = { refresh: Queue; refreshDead: Queue; sweep: Queue; sweepDead: Queue };

/** SQS's API in front of queues that are gone with the process, by their names; `urlOf` says what the product is told. */
export type SqsGateway = Server & { queues: Queues; urlOf: (queue: Queue) => string };

/** A body of SQS's own limit for a message, a mebibyte, is longer where it is escaped. */
const limit = 4 * 1024 * 1024;

const number = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** What an action may ask for: the queues there are, and the moves that were begun, the newest first. */
type World = { all: Queue[]; moves: Move[]; urlOf: (queue: Queue) => string };

/** What we use of SQS. A field that an action does not name is refused, so that no misspelling is overlooked. */
const actions = {
  SendMessage: on(message, (queue, sent) => {
    const fault = unsendable(queue, sent);
    if (fault) throw fault;
    const { id, sequence } = queue.send(sent);
    const answer = { MessageId: id, MD5OfMessageBody: md5(sent.MessageBody) };
    return queue.fifo ? { ...answer, SequenceNumber: sequence } : answer;
  }),
  SendMessageBatch: on({ Entries: v.array(v.unknown()) }, (queue, { Entries }) => batch(queue, Entries)),
  ReceiveMessage: on(
    { MaxNumberOfMessages: v.optional(number(1, 10), 1), WaitTimeSeconds: v.optional(number(0, 20), 0) },
    async (queue, { MaxNumberOfMessages, WaitTimeSeconds }) => ({
      Messages: await queue.wait(MaxNumberOfMessages, WaitTimeSeconds * 1000),
    }),
  ),
  DeleteMessage: on({ ReceiptHandle: v.string() }, (queue, { ReceiptHandle }) => {
    queue.remove(ReceiptHandle);
    return {};
  }),
  GetQueueAttributes: on(
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
  GetQueueUrl: given({ QueueName: v.string() }, ({ QueueName }, { all, urlOf }) => {
    const queue = all.find(({ name }) => name === QueueName);
    if (!queue) throw new Refusal("QueueDoesNotExist", "The specified queue does not exist.");
    return { QueueUrl: urlOf(queue) };
  }),
  StartMessageMoveTask: given(
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
  ListMessageMoveTasks: given(
    { SourceArn: v.string(), MaxResults: v.optional(number(1, 10), 1) },
    ({ SourceArn, MaxResults }, { all, moves }) => {
      const source = queueAt(SourceArn, all);
      return {
        Results: moves
          .filter((move) => move.source === source)
          .slice(0, MaxResults)
          .map(shown),
      };
    },
  ),
};

/** Speaks SQS's JSON protocol (AWS JSON 1.0) to who signs with `key`. */
export async function startSqs(key: Key, port = 0): Promise<SqsGateway> {
  const [refreshDead, sweepDead] = [new Queue(nameOf("refreshDead.fifo")), new Queue(nameOf("sweepTicketsDead"))];
  const queues = {
    // As stacks/flights.ts makes them, and stacks/watcher.ts.
    refresh: new Queue(nameOf("refresh.fifo"), { visibility: 180, receives: 3, dead: refreshDead }),
    refreshDead,
    sweep: new Queue(nameOf("sweepTickets"), { visibility: 1620, receives: 3, dead: sweepDead }),
    sweepDead,
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

/** An action of SQS's, with what it takes. */
function given<E extends v.ObjectEntries>(
  entries: E,
  run: (asked: v.InferOutput<v.StrictObjectSchema<E, undefined>>, world: World) => object | Promise<object>,
) {
  const schema = v.pipe(v.string(), v.parseJson(), v.strictObject(entries));
  return async (body: string, world: World): Promise<object> => {
    const asked = v.safeParse(schema, body);
    if (!asked.success) throw faultOf(asked.issues);
    return run(asked.output, world);
  };
}

/** The same on a queue, which is looked for first. */
function on<E extends v.ObjectEntries>(
  entries: E,
  run: (queue: Queue, asked: v.InferOutput<v.StrictObjectSchema<E, undefined>>) => object | Promise<object>,
) {
  const named = v.pipe(v.string(), v.parseJson(), v.looseObject({ QueueUrl: v.string() }));
  return async (body: string, world: World): Promise<object> => {
    const parsed = v.safeParse(named, body);
    if (!parsed.success) throw faultOf(parsed.issues);
    const { QueueUrl, ...rest } = parsed.output;
    const queue = world.all.find((one) => world.urlOf(one) === QueueUrl);
    if (!queue) throw new Refusal("QueueDoesNotExist", "The specified queue does not exist.");
    return given(entries, (asked) => run(queue, asked))(JSON.stringify(rest), world);
  };
}

const nameOf = (queue: string) => `local-travel-conductor-${queue}`;
const arnOf = ({ name }: Queue) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

function queueAt(arn: string, all: Queue[]): Queue {
  const queue = all.find((one) => arnOf(one) === arn);
  if (queue) return queue;
  throw new Refusal("ResourceNotFoundException", "The resource that you specified doesn't exist.");
}

/** Only of a task that runs SQS says the handle, by which it can be stopped. */
function shown({ handle, status, source, destination, rate, moved, toMove, startedAt }: Move) {
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
