import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type StackContext, use } from "sst/constructs";
import { api } from "./api.ts";
import { every } from "./clock.ts";
import { nameOf } from "./hurrying.ts";
import { lambda } from "./lambda.ts";
import { mailReports } from "./mail.ts";
import { queue } from "./queue.ts";
import { secrets } from "./secrets.ts";

/**
 * One Lambda sends the due messages, woken by a queue as soon as there is one, and the same code by a clock every minute.
 * Mail goes by SES in the same region.
 */
export function delivery({ stack }: StackContext) {
  const { store, MAIL_FROM, APP_URL, messages, TELEGRAM_TOKEN } = use(secrets);
  const { client } = use(api);
  const { configurationSet, feedback, feedbackDead } = mailReports(stack, store);
  const props = (id: string, handler: string) =>
    lambda(stack, id, {
      handler: `packages/functions/src/${handler}.handler`,
      timeout: "60 seconds",
      memorySize: "256 MB",
      bind: [...store, MAIL_FROM, APP_URL, ...messages, TELEGRAM_TOKEN],
      // Where the secret says nothing else.
      environment: { SES_CONFIGURATION_SET: configurationSet, ...(client ? { APP_URL: client.url } : {}) },
      // MAIL_FROM names the sender address; it is a secret that the synthesis does not know, so every address of the
      // account is allowed.
      allow: [
        new PolicyStatement({
          actions: ["ses:SendEmail"],
          resources: [
            stack.formatArn({ service: "ses", resource: "identity", resourceName: "*" }),
            stack.formatArn({ service: "ses", resource: "configuration-set", resourceName: configurationSet }),
          ],
        }),
        new PolicyStatement({ actions: ["ses:GetAccount"], resources: ["*"] }),
      ],
    });
  const consumer = { lambda: props("send", "queue/deliver"), seconds: 60, batchSize: 10, maxConcurrency: 2 };
  const woken = queue(stack, "deliver", consumer, "standard", nameOf(stack, "deliver"));
  return {
    deliver: every("cron(* * * * ? *)", stack, "deliverClock", props("deliver", "cron/deliver")),
    woken,
    feedback,
    feedbackDead,
  };
}
