import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { aws } from "@travel-conductor/core/base/env";
import { queues } from "@travel-conductor/local/testing";
import { afterEach, expect, test, vi } from "vitest";
import { redrive } from "../src/redrive.ts";

const sqs = new URL("/", process.env.REFRESH_QUEUE_URL).href;
afterEach(() => void vi.unstubAllEnvs());

/** Runs redrive with the environment of a stage's account, and returns its lines. */
async function run(args: string[], environment: Record<string, string | undefined> = {}): Promise<string[]> {
  const lines: string[] = [];
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", sqs);
  vi.stubEnv("AWS_REGION", "eu-west-2");
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await redrive(args, (line) => lines.push(line));
  return lines;
}

test("moves the dead letters back, and says how many", async () => {
  expect(await run(["refresh", "--stage", "local"])).toEqual(["Nothing lies there."]);
  for (const text of ["1", "2"]) queues.refreshDead.send({ MessageBody: text, MessageGroupId: text });
  const lines = await run(["refresh", "--stage", "local"]);
  expect(lines.at(-1)).toBe("2 of 2 moved");
  expect(queues.refreshDead.counts()).toEqual({ visible: 0, hidden: 0 });
  expect(
    queues.refresh
      .receive(10)
      .map(({ Body }) => Body)
      .sort(),
  ).toEqual(["1", "2"]);
});

test.each<[string[], Record<string, string | undefined>, string]>([
  [[], {}, "Use: npm run redrive -- refresh|feedback --stage <name>"],
  [["refresh"], {}, "Use: npm run redrive"],
  [["mail", "--stage", "local"], {}, "Use: npm run redrive"],
  [["refresh", "refresh", "--stage", "local"], {}, "Use: npm run redrive"],
  [["refresh", "--stage", "local"], { AWS_ACCESS_KEY_ID: undefined }, "aws configure export-credentials"],
  [["refresh", "--stage", "local"], { AWS_REGION: undefined }, "AWS_REGION is not set"],
  [
    ["refresh", "--stage", "local"],
    { AWS_SECRET_ACCESS_KEY: "wrong" },
    "SQS refused GetQueueUrl: InvalidSignatureException",
  ],
  [["refresh", "--stage", "other"], {}, "SQS refused GetQueueUrl: QueueDoesNotExist"],
])("%j with %j says what is wrong", async (args, environment, message) => {
  await expect(run(args, environment)).rejects.toThrow(message);
});

test("publishes the reports of SES that lie among the dead letters to their topic again", async () => {
  const published: URLSearchParams[] = [];
  const answers = [500, 200, 200, 403];
  const sns = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    published.push(new URLSearchParams(Buffer.concat(parts).toString()));
    response.writeHead(answers.shift() ?? 200).end("<Error/>");
  }).listen(0, "127.0.0.1");
  await once(sns, "listening");
  const environment = { AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${(sns.address() as AddressInfo).port}/` };
  const feedback = () => run(["feedback", "--stage", "local"], environment);
  const topic = "arn:aws:sns:eu-west-2:123456789012:reports";
  const event = (message: string) => JSON.stringify({ Records: [{ Sns: { TopicArn: topic, Message: message } }] });
  try {
    expect(await feedback()).toEqual(["Nothing lies there."]);
    for (const body of [event('{"eventType":"Bounce"}'), event("é&="), "no event"])
      queues.feedbackDead.send({ MessageBody: body });
    expect(await feedback()).toEqual(["2 published again", "1 hold no report and stay in the queue"]);
    // SNS failed once, and was asked again.
    expect(published.map((form) => [form.get("Action"), form.get("TopicArn"), form.get("Message")]).slice(1)).toEqual([
      ["Publish", topic, '{"eventType":"Bounce"}'],
      ["Publish", topic, "é&="],
    ]);
    expect(queues.feedbackDead.counts()).toEqual({ visible: 0, hidden: 1 });
    queues.feedbackDead.send({ MessageBody: event("refused") });
    await expect(feedback()).rejects.toThrow("SNS refused Publish: 403");
    expect(queues.feedbackDead.counts()).toEqual({ visible: 0, hidden: 2 });
  } finally {
    sns.close();
  }
});

test("leaves a running task alone", async () => {
  for (const text of ["1", "2"]) queues.refreshDead.send({ MessageBody: text, MessageGroupId: text });
  const SourceArn = "arn:aws:sqs:us-east-1:000000000000:local-travel-conductor-refreshDead.fifo";
  const { ok } = await aws("sqs", 0).fetch(sqs, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.StartMessageMoveTask" },
    body: JSON.stringify({ SourceArn, MaxNumberOfMessagesPerSecond: 1 }),
  });
  expect(ok).toBe(true);
  await expect(run(["refresh", "--stage", "local"])).rejects.toThrow("SQS refused StartMessageMoveTask: Unsupported");
});
