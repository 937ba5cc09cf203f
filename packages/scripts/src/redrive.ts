import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { AwsClient } from "aws4fetch";

const usage = "Use: pnpm redrive sweep|refresh --stage <name>";
const queues = { sweep: "sweepTicketsDead", refresh: "refreshDead.fifo" } as const;
type Queue = keyof typeof queues;

/** What a stage's dead-letter queue is called (stacks/queue.ts). */
export const nameOf = (queue: Queue, stage: string) => `${stage}-travel-conductor-${queues[queue]}`;

/**
 * Has SQS move what lies in a stage's dead-letter queue back to where it came from, and tells how far it is. As whom, and
 * in which region, the environment says; AWS_ENDPOINT_URL_SQS leads elsewhere.
 * @throws Error, for who typed it, when an argument or the account is missing, or SQS refuses
 */
export async function redrive(args: string[], say: (line: string) => void): Promise<void> {
  const { queue, stage } = told(args);
  const ask = client();
  const { QueueUrl } = await ask<{ QueueUrl: string }>("GetQueueUrl", { QueueName: nameOf(queue, stage) });
  const wanted = { QueueUrl, AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"] };
  const { Attributes } = await ask<{ Attributes: Record<string, string> }>("GetQueueAttributes", wanted);
  if (Attributes.ApproximateNumberOfMessages === "0") return say("Nothing lies there.");

  const SourceArn = Attributes.QueueArn;
  await ask("StartMessageMoveTask", { SourceArn });
  for (;;) {
    const { Results } = await ask<{ Results: [Task] }>("ListMessageMoveTasks", { SourceArn });
    const [{ Status, FailureReason, ...counts }] = Results;
    say(`${counts.ApproximateNumberOfMessagesMoved ?? 0} of ${counts.ApproximateNumberOfMessagesToMove} moved`);
    if (Status === "COMPLETED") return;
    if (Status !== "RUNNING") throw new Error(`SQS stopped: ${FailureReason ?? Status}`);
    await wait(1_000);
  }
}

type Task = {
  Status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";
  FailureReason?: string;
  ApproximateNumberOfMessagesMoved?: number;
  ApproximateNumberOfMessagesToMove: number;
};

function told(args: string[]): { queue: Queue; stage: string } {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { stage: { type: "string" } } });
  const [queue = "", ...more] = positionals;
  if (!Object.hasOwn(queues, queue) || more.length > 0 || !values.stage) throw new Error(usage);
  return { queue: queue as Queue, stage: values.stage };
}

/** Speaks to SQS (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference, JSON protocol 1.0). */
function client() {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, ...given } = process.env;
  if (!accessKeyId || !secretAccessKey)
    throw new Error(
      'No AWS account: eval "$(aws configure export-credentials --format env)" takes the one of AWS_PROFILE',
    );
  const { AWS_SESSION_TOKEN: sessionToken, AWS_REGION: region } = given;
  if (!region) throw new Error("AWS_REGION is not set: it is the one in sst.config.ts");
  const aws = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: "sqs",
    ...(sessionToken && { sessionToken }),
  });
  const url = given.AWS_ENDPOINT_URL_SQS ?? `https://sqs.${region}.amazonaws.com/`;
  return async <T>(action: string, asked: object): Promise<T> => {
    const response = await aws.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
      body: JSON.stringify(asked),
    });
    const answer = (await response.json()) as { __type?: string; message?: string };
    if (response.ok) return answer as T;
    throw new Error(
      `SQS refused ${action}: ${answer.__type?.split("#")[1] ?? response.status}. ${answer.message ?? ""}`,
    );
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await redrive(process.argv.slice(2), console.log).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
