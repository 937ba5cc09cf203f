import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type StackContext, use } from "sst/constructs";
import { api } from "./api.ts";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/** One Lambda sends the due mail every minute, by SES in the same region. */
export function delivery({ stack }: StackContext) {
  const { store, MAIL_FROM, APP_URL } = use(secrets);
  const { client } = use(api);
  const delivering = lambda(stack, "deliver", {
    handler: "packages/functions/src/cron/deliver.handler",
    timeout: "60 seconds",
    memorySize: "256 MB",
    bind: [...store, MAIL_FROM, APP_URL],
    // Where the secret says nothing else.
    environment: client ? { APP_URL: client.url } : {},
    // MAIL_FROM names the sender address; it is a secret that the synthesis does not know, so every address of the
    // account is allowed.
    allow: [
      new PolicyStatement({
        actions: ["ses:SendEmail"],
        resources: [stack.formatArn({ service: "ses", resource: "identity", resourceName: "*" })],
      }),
    ],
  });
  return { deliver: every("rate(1 minute)", stack, "deliver", delivering) };
}
