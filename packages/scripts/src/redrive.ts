import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { SQS, SQSServiceException } from "@aws-sdk/client-sqs";
import { publishAgain } from "./republish.ts";

const usage = "Use: npm run redrive -- refresh|feedback --stage <name>";
const queues = {
  refresh: "refreshDead.fifo",
  feedback: "feedbackDead",
} as const;
type Queue = keyof typeof queues;

/** The name of a stage's dead-letter queue (stacks/queue.ts, stacks/mail.ts). */
export const nameOf = (queue: Queue, stage: string) => `${stage}-travel-conductor-${queues[queue]}`;

/**
 * Has SQS move the messages of a stage's dead-letter queue back to the queue that they came from, or publishes those that
 * came from a topic there again (`feedback`), and reports the progress by `say`. The environment names the account and the region; AWS_ENDPOINT_URL_SQS is another address of SQS.
 * @throws Error with a sentence for the operator when an argument or the account is missing, or SQS refuses
 */
export async function redrive(args: string[], say: (line: string) => void): Promise<void> {
  const { queue, stage } = parse(args);
  const sqs = client();
  const { QueueUrl } = await refusable("GetQueueUrl", sqs.getQueueUrl({ QueueName: nameOf(queue, stage) }));
  if (queue === "feedback") return refusable("ReceiveMessage", publishAgain(sqs, QueueUrl, say));
  const { Attributes = {} } = await refusable(
    "GetQueueAttributes",
    sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"] }),
  );
  if (Attributes.ApproximateNumberOfMessages === "0") return say("Nothing lies there.");

  const SourceArn = Attributes.QueueArn;
  await refusable("StartMessageMoveTask", sqs.startMessageMoveTask({ SourceArn }));
  for (;;) {
    const { Results = [] } = await refusable("ListMessageMoveTasks", sqs.listMessageMoveTasks({ SourceArn }));
    const { Status, FailureReason, ...counts } = Results[0] ?? {};
    say(`${counts.ApproximateNumberOfMessagesMoved ?? 0} of ${counts.ApproximateNumberOfMessagesToMove} moved`);
    if (Status === "COMPLETED") return;
    if (Status !== "RUNNING") throw new Error(`SQS stopped: ${FailureReason ?? Status}`);
    await wait(1_000);
  }
}

function parse(args: string[]): { queue: Queue; stage: string } {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { stage: { type: "string" } } });
  const [queue = "", ...more] = positionals;
  if (!Object.hasOwn(queues, queue) || more.length > 0 || !values.stage) throw new Error(usage);
  return { queue: queue as Queue, stage: values.stage };
}

function client(): SQS {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, ...given } = process.env;
  if (!accessKeyId || !secretAccessKey)
    throw new Error(
      'No AWS account: eval "$(aws configure export-credentials --format env)" takes the one of AWS_PROFILE',
    );
  const { AWS_SESSION_TOKEN: sessionToken, AWS_REGION: region, AWS_ENDPOINT_URL_SQS: endpoint } = given;
  if (!region) throw new Error("AWS_REGION is not set: it is the one in sst.config.ts");
  return new SQS({
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    ...(endpoint && { endpoint }),
  });
}

/** Names the action in the error when SQS refuses it. */
async function refusable<T>(action: string, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (!(error instanceof SQSServiceException)) throw error;
    throw new Error(`SQS refused ${action}: ${error.name}. ${error.message}`);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await redrive(process.argv.slice(2), console.log).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
