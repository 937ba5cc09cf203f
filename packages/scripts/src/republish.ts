import type { SQS } from "@aws-sdk/client-sqs";
import { AwsClient } from "aws4fetch";

/** The event of SNS that a Lambda failed at, as its dead-letter queue has it. */
type Event = { Records?: { Sns?: { TopicArn?: string; Message?: string } }[] };

/**
 * Publishes the reports that the Lambda of a topic failed at once more, to the same topic: SQS moves only what came from a
 * queue. A message is deleted after its report was published, so that one may be published twice: a report counts once.
 * A message that holds no report stays in the queue.
 * @throws Error when SNS refuses a report
 */
export async function publishAgain(sqs: SQS, QueueUrl: string | undefined, say: (line: string) => void): Promise<void> {
  let published = 0;
  let unreadable = 0;
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    if (Messages.length === 0) break;
    for (const { Body = "", ReceiptHandle } of Messages) {
      const reports = reportsIn(Body);
      if (reports.length === 0) {
        unreadable++;
        continue;
      }
      for (const report of reports) await publish(report);
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      published++;
    }
    say(`${published} published again`);
  }
  if (unreadable > 0) say(`${unreadable} hold no report and stay in the queue`);
  if (published + unreadable === 0) say("Nothing lies there.");
}

function reportsIn(body: string): { topic: string; message: string }[] {
  try {
    const { Records = [] } = JSON.parse(body) as Event;
    return Records.flatMap(({ Sns: { TopicArn: topic, Message: message } = {} }) =>
      topic && message ? [{ topic, message }] : [],
    );
  } catch {
    return [];
  }
}

/** SNS's Publish (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
async function publish({ topic, message }: { topic: string; message: string }): Promise<void> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_SNS } = process.env;
  const client = new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    region: AWS_REGION ?? "",
    service: "sns",
    retries: 2,
  });
  const form = { Action: "Publish", Version: "2010-03-31", TopicArn: topic, Message: message };
  const answer = await client.fetch(AWS_ENDPOINT_URL_SNS ?? `https://sns.${AWS_REGION}.amazonaws.com/`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: new URLSearchParams(form).toString(),
  });
  if (answer.ok) return;
  throw new Error(`SNS refused Publish: ${answer.status}. ${(await answer.text()).slice(0, 500)}`);
}
