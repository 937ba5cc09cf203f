import { aws } from "@travel-conductor/core/base/env";
import { queues } from "@travel-conductor/local/testing";
import { afterEach, expect, test, vi } from "vitest";
import { redrive } from "../src/redrive.ts";

const sqs = new URL("/", process.env.SWEEP_QUEUE_URL).href;
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

test.each([
  ["sweep", "sweep", "sweepDead"],
  ["refresh", "refresh", "refreshDead"],
] as const)("moves the dead letters of %s back, and says how many", async (name, queue, dead) => {
  expect(await run([name, "--stage", "local"])).toEqual(["Nothing lies there."]);
  for (const text of ["1", "2"]) queues[dead].send({ MessageBody: text, MessageGroupId: text });
  const lines = await run([name, "--stage", "local"]);
  expect(lines.at(-1)).toBe("2 of 2 moved");
  expect(queues[dead].counts()).toEqual({ visible: 0, hidden: 0 });
  expect(
    queues[queue]
      .receive(10)
      .map(({ Body }) => Body)
      .sort(),
  ).toEqual(["1", "2"]);
});

test.each<[string[], Record<string, string | undefined>, string]>([
  [[], {}, "Use: npm run redrive -- sweep|refresh|deliver --stage <name>"],
  [["sweep"], {}, "Use: npm run redrive"],
  [["mail", "--stage", "local"], {}, "Use: npm run redrive"],
  [["sweep", "refresh", "--stage", "local"], {}, "Use: npm run redrive"],
  [["sweep", "--stage", "local"], { AWS_ACCESS_KEY_ID: undefined }, "aws configure export-credentials"],
  [["sweep", "--stage", "local"], { AWS_REGION: undefined }, "AWS_REGION is not set"],
  [
    ["sweep", "--stage", "local"],
    { AWS_SECRET_ACCESS_KEY: "wrong" },
    "SQS refused GetQueueUrl: InvalidSignatureException",
  ],
  [["sweep", "--stage", "other"], {}, "SQS refused GetQueueUrl: QueueDoesNotExist"],
])("%j with %j says what is wrong", async (args, environment, message) => {
  await expect(run(args, environment)).rejects.toThrow(message);
});

test("leaves a running task alone", async () => {
  for (const text of ["1", "2"]) queues.sweepDead.send({ MessageBody: text });
  const SourceArn = "arn:aws:sqs:us-east-1:000000000000:local-travel-conductor-sweepTicketsDead";
  const { ok } = await aws("sqs", 0).fetch(sqs, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.StartMessageMoveTask" },
    body: JSON.stringify({ SourceArn, MaxNumberOfMessagesPerSecond: 1 }),
  });
  expect(ok).toBe(true);
  await expect(run(["sweep", "--stage", "local"])).rejects.toThrow("SQS refused StartMessageMoveTask: Unsupported");
});
