import { aws } from "@travel-conductor/core/base/env";
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
  test("delivers a group in order, and nothing of it while a receiver holds one of its messages", () => {
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

  test("refuses duplicates for five minutes, also after their delivery", () => {
    const queue = new Queue("q.fifo");
    const first = queue.send(message("1"), 0);
    expect(queue.send(message("again", "a", "1"), 299_999)).toMatchObject(first);
    expect(queue.send(message("later", "a", "1"), 300_000).id).not.toBe(first.id);
    expect(bodies(queue.receive(10, 300_000))).toEqual(["1", "later"]);
  });
});

test("delivers a message again under a new handle until it goes to the dead-letter queue", () => {
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

test("keeps duplicates in a standard queue, which has no groups", () => {
  const queue = new Queue("q");
  for (const body of ["1", "1"]) queue.send({ MessageBody: body }, 0);
  expect(bodies(queue.receive(1, 0).concat(queue.receive(1, 0)))).toEqual(["1", "1"]);
});

test("hands over the configured number of messages, with the time that is left", async () => {
  const queue = new Queue("q");
  for (const body of ["1", "2"]) queue.send({ MessageBody: body });
  const seen: [records: number, left: number][] = [];
  const { stop } = startConsumer(
    queue,
    async ({ Records }, { getRemainingTimeInMillis }) => {
      seen.push([Records.length, getRemainingTimeInMillis()]);
      return { batchItemFailures: [] };
    },
    { size: 1, timeout: 5_000 },
  );
  await expect.poll(() => seen.length).toBe(2);
  await stop();
  for (const [records, left] of seen) {
    expect(records).toBe(1);
    expect(left).toBeGreaterThan(4_000);
    expect(left).toBeLessThanOrEqual(5_000);
  }
});

test("hands over the messages that are there and deletes those that did not fail", async () => {
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

  const standard = () => ({ QueueUrl: sqs.urlOf(sqs.queues.feedbackDead) });

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

  test("refuses the requests that SQS refuses", async () => {
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
    const long = { ...standard(), MessageBody: "x".repeat(1024 * 1024 + 1) };
    await refused("InvalidParameterValueException", 400, "SendMessage", long);
    await refused("InvalidParameterValueException", 400, "SendMessage", { ...standard(), ...message("x") });
    await refused("InvalidMessageContents", 400, "SendMessage", { ...standard(), MessageBody: "\uFFFE" });
  });

  test("counts the messages that wait, and those that a receiver holds", async () => {
    const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    const counts = async () => (await call("GetQueueAttributes", { ...standard(), AttributeNames })).body;
    const shown = (...numbers: string[]) => ({
      Attributes: Object.fromEntries(AttributeNames.map((name, index) => [name, numbers[index]])),
    });
    await call("SendMessage", { ...standard(), MessageBody: "hello" });
    expect(await counts()).toEqual(shown("1", "0"));
    const [{ ReceiptHandle } = { ReceiptHandle: "" }] = sqs.queues.feedbackDead.receive(10);
    expect(await counts()).toEqual(shown("0", "1"));
    sqs.queues.feedbackDead.remove(ReceiptHandle);
  });

  test("moves the messages of a dead-letter queue back, one task at a time", async () => {
    const dead = await call("GetQueueUrl", { QueueName: "local-travel-conductor-refreshDead.fifo" });
    const QueueUrl = dead.body.QueueUrl ?? "";
    const { body } = await call("GetQueueAttributes", { QueueUrl, AttributeNames: ["QueueArn"] });
    const SourceArn = body.Attributes?.QueueArn ?? "";
    const tasks = async () => (await call("ListMessageMoveTasks", { SourceArn })).body.Results;
    expect(await tasks()).toEqual([]);
    for (const text of ["1", "2", "3"]) sqs.queues.refreshDead.send({ MessageBody: text, MessageGroupId: text });
    const rate = { MaxNumberOfMessagesPerSecond: 20 };
    expect((await call("StartMessageMoveTask", { SourceArn, ...rate })).body.TaskHandle).toBeTruthy();
    const again = await call("StartMessageMoveTask", { SourceArn });
    expect(again).toMatchObject({ status: 400, body: { __type: "com.amazonaws.sqs#UnsupportedOperation" } });
    expect(await tasks()).toMatchObject([{ Status: "RUNNING", ApproximateNumberOfMessagesToMove: 3 }]);
    await expect.poll(tasks).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 3 }]);
    expect(bodies(sqs.queues.refresh.receive(10))).toEqual(["1", "2", "3"]);
  });

  test.each([
    ["ResourceNotFoundException", "StartMessageMoveTask", { SourceArn: "arn:aws:sqs:us-east-1:000000000000:none" }],
    [
      "InvalidParameterValueException",
      "StartMessageMoveTask",
      { SourceArn: "arn:aws:sqs:us-east-1:000000000000:local-travel-conductor-refresh.fifo" },
    ],
    ["QueueDoesNotExist", "GetQueueUrl", { QueueName: "none" }],
  ])("says %s to %s where it cannot", async (type, action, given) => {
    expect(await call(action, given)).toMatchObject({ status: 400, body: { __type: `com.amazonaws.sqs#${type}` } });
  });
});

type Answer = {
  MessageId?: string;
  Messages?: { ReceiptHandle: string }[];
  QueueUrl?: string;
  Attributes?: Record<string, string>;
  TaskHandle?: string;
  Results?: object[];
};
