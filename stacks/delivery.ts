import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/** Every minute one Lambda sends the mail that is due, by SES in the same region. */
export function delivery({ stack }: StackContext) {
  const { store, MAIL_FROM, APP_URL } = use(secrets);
  const delivering = lambda(stack, "deliver", {
    handler: "packages/functions/src/cron/deliver.handler",
    timeout: "60 seconds",
    memorySize: "256 MB",
    bind: [...store, MAIL_FROM, APP_URL],
    // Which of the account's addresses it sends from, MAIL_FROM says, which is not known here.
    allow: [
      new PolicyStatement({
        actions: ["ses:SendEmail"],
        resources: [stack.formatArn({ service: "ses", resource: "identity", resourceName: "*" })],
      }),
    ],
  });
  return { deliver: every("rate(1 minute)", stack, "deliver", delivering) };
}
