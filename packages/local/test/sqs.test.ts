import { aws } from "@travel-conductor/core/env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startConsumer } from "../src/consumer.ts";
import { Queue } from "../src/sqs/queue.ts";
import { type SqsGateway, startSqs } from "../src/sqs.ts";

const message = (body: string, group = "a", once = body) => ({
  MessageBody: body,
  MessageGroupId: group,
  MessageDeduplicationId: once,
});
const bodies = (received: { Body: string }[]) => received.map(({ Body }) => Body);

describe("a FIFO queue", () => {
  test("hands a group over in order, and nothing of it while something of it is in somebody's hands", () => {
    const queue = new Queue("q.fifo", { visibility: 30 });
    for (const [body, group] of [
      ["1", "a"],
      ["2", "b"],
      ["3", "a"],
    ] as const)
      queue.send(message(body, group), 0);
    const [first, second] = queue.receive(1, 0).concat(queue.receive(10, 0));
    expect([first?.Body, second?.Body]).toEqual(["1", "2"]);
    expect(queue.receive(10, 29_999)).toEqual([]);
    queue.remove(first?.ReceiptHandle ?? "");
    expect(bodies(queue.receive(10, 29_999))).toEqual(["3"]);
  });

  test("takes no duplicate for five minutes, delivered or not", () => {
    const queue = new Queue("q.fifo");
    const first = queue.send(message("1"), 0);
    expect(queue.send(message("again", "a", "1"), 299_999)).toMatchObject(first);
    expect(queue.send(message("later", "a", "1"), 300_000).id).not.toBe(first.id);
    expect(bodies(queue.receive(10, 300_000))).toEqual(["1", "later"]);
  });
});

test("what was not deleted in time comes again, by another handle, and is set aside when that was too often", () => {
  const dead = new Queue("dead");
  const queue = new Queue("q", { visibility: 10, receives: 2, dead });
  queue.send({ MessageBody: "1" }, 0);
  const [first] = queue.receive(1, 0);
  expect(queue.receive(1, 9_999)).toEqual([]);
  const [second] = queue.receive(1, 10_000);
  expect(second).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: "2" } });
  queue.remove(first?.ReceiptHandle ?? "");
  expect(queue.receive(1, 20_000)).toEqual([]);
  expect(bodies(dead.receive(1, 20_000))).toEqual(["1"]);
});

test("a standard queue keeps duplicates and knows no groups", () => {
  const queue = new Queue("q");
  for (const body of ["1", "1"]) queue.send({ MessageBody: body }, 0);
  expect(bodies(queue.receive(1, 0).concat(queue.receive(1, 0)))).toEqual(["1", "1"]);
});

test("a consumer hands over what there is and deletes what did not fail", async () => {
  const queue = new Queue("q", { visibility: 0 });
  const seen: string[] = [];
  for (const body of ["good", "bad"]) queue.send({ MessageBody: body });
  let stop = () => Promise.resolve();
  await new Promise<void>((resolve) => {
    ({ stop } = startConsumer(queue, async ({ Records }) => {
      const failed = seen.length === 0 ? Records.filter(({ body }) => body === "bad") : [];
      seen.push(...Records.map(({ body }) => body));
      if (seen.length === 3) resolve();
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }));
  });
  await stop();
  expect(seen.toSorted()).toEqual(["bad", "bad", "good"]);
  expect(queue.receive(10)).toEqual([]);
});

describe("the gateway", () => {
  const key = { id: process.env.AWS_ACCESS_KEY_ID ?? "", secret: process.env.AWS_SECRET_ACCESS_KEY ?? "" };
  let sqs: SqsGateway;
  let url: string;
  beforeAll(async () => {
    sqs = await startSqs(key);
    url = sqs.urlOf(sqs.queues.refresh);
  });
  afterAll(() => sqs.stop());

  async function call(action: string, body: object, service = "sqs") {
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` };
    const sent = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await aws(service, 0).fetch(`${sqs.url}/`, sent);
    return { status: response.status, body: (await response.json()) as Answer };
  }

  test("sends, receives and deletes as SQS does", async () => {
    const sent = await call("SendMessage", { QueueUrl: url, ...message("hello") });
    expect(sent).toMatchObject({ status: 200, body: { MD5OfMessageBody: "5d41402abc4b2a76b9719d911017c592" } });
    const { body } = await call("ReceiveMessage", { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    expect(body.Messages).toMatchObject([{ MessageId: sent.body.MessageId, Body: "hello" }]);
    const [{ ReceiptHandle } = { ReceiptHandle: "" }] = body.Messages ?? [];
    expect(await call("DeleteMessage", { QueueUrl: url, ReceiptHandle })).toEqual({ status: 200, body: {} });
    expect(sqs.queues.refresh.receive(10, Date.now() + 1e9)).toEqual([]);
  });

  test("refuses what SQS refuses", async () => {
    const refused = async (type: string, status: number, ...given: Parameters<typeof call>) =>
      expect(await call(...given)).toMatchObject({ status, body: { __type: `com.amazonaws.sqs#${type}` } });
    const good = { QueueUrl: url, ...message("x") };
    await refused("InvalidSignatureException", 403, "SendMessage", good, "ses");
    await refused("UnknownOperationException", 400, "PurgeQueue", good);
    await refused("QueueDoesNotExist", 400, "SendMessage", { ...good, QueueUrl: `${url}x` });
    await refused("MissingParameter", 400, "SendMessage", { QueueUrl: url, MessageBody: "x" });
    await refused("InvalidParameterValueException", 400, "SendMessage", { ...good, MessageBody: "" });
    await refused("InvalidParameterValueException", 400, "SendMessage", { ...good, MessageGroup: "a" });
    await refused("InvalidParameterValueException", 400, "ReceiveMessage", { QueueUrl: url, MaxNumberOfMessages: 11 });
  });
});

type Answer = { MessageId?: string; Messages?: { ReceiptHandle: string }[] };
