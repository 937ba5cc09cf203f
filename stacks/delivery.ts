import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type StackContext, use } from "sst/constructs";
import { api } from "./api.ts";
import { every } from "./clock.ts";
import { hurried, hurrying } from "./hurrying.ts";
import { lambda } from "./lambda.ts";
import { mailReports } from "./mail.ts";
import { secrets } from "./secrets.ts";

/**
 * A clock asks Redis each minute what is due, and calls the Lambda whose work it is, by its name. One of them sends
 * messages; it is called too as soon as there is one. Mail goes by SES in the same region.
 */
export function delivery({ stack }: StackContext) {
  const { store, MAIL_FROM, APP_URL, messages, TELEGRAM_TOKEN } = use(secrets);
  const { client } = use(api);
  const { configurationSet, feedback, feedbackDead } = mailReports(stack, store);
  const sending = lambda(stack, "deliver", {
    handler: "packages/functions/src/hurried/deliver.handler",
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
  const called = {
    DELIVER_LAMBDA_URL: hurrying(stack, "deliver"),
    BOOK_LAMBDA_URL: hurrying(stack, "book"),
    EXPORT_LAMBDA_URL: hurrying(stack, "export"),
    CARDS_LAMBDA_URL: hurrying(stack, "cards"),
  };
  const waking = lambda(stack, "wake", {
    handler: "packages/functions/src/cron/wake.handler",
    timeout: "30 seconds",
    memorySize: "256 MB",
    bind: store,
    environment: Object.fromEntries(Object.entries(called).map(([name, { url }]) => [name, url])),
    allow: Object.values(called).map(({ may }) => may),
  });
  return {
    wake: every("cron(* * * * ? *)", stack, "wake", waking),
    deliver: hurried(stack, "deliver", 2, sending),
    feedback,
    feedbackDead,
  };
}
