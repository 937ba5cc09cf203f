import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Api, type Function as Fn, type StackContext, use } from "sst/constructs";
import { flights } from "./flights.ts";
import { hurrying } from "./hurrying.ts";
import { architecture, lambda } from "./lambda.ts";
import { release } from "./release.ts";
import { secrets } from "./secrets.ts";
import { vault } from "./vault.ts";
import { reports, site } from "./web.ts";

/**
 * The HTTP API: every path goes to the one Lambda that holds the Hono app, which also answers for CORS. A deployed stage
 * also has the web client before it (web.ts), in the same stack, because each knows the other's address. Where a secret
 * says nothing else, the client's pages may call the API, and passkeys are theirs.
 */
export async function api({ stack, app }: StackContext) {
  const {
    store,
    providers,
    factors,
    messages,
    bot,
    payments,
    STRIPE_WEBHOOK_SECRET,
    DUFFEL_WEBHOOK_SECRET,
    edge,
    ALLOWED_ORIGINS,
  } = use(secrets);
  const { refresh } = use(flights);
  const sender = hurrying(stack, "deliver");
  const steps = hurrying(stack, "book");
  const exporting = hurrying(stack, "export");
  const { environment, may } = use(vault);
  const swagger = "packages/functions/node_modules/swagger-ui-dist";
  const changelog = "packages/docs/changelog.md";
  const gateway = new Api(stack, "http", {
    cors: false,
    // The access log holds figures of requests, but neither the caller nor the path.
    accessLog: {
      format: JSON.stringify({
        time: "$context.requestTime",
        requestId: "$context.requestId",
        method: "$context.httpMethod",
        status: "$context.status",
        bytes: "$context.responseLength",
        latency: "$context.responseLatency",
        error: "$context.integrationErrorMessage",
      }),
      retention: "one_month",
    },
    // Requests a second. Each may cost the hash of a password, so this also limits the bill.
    defaults: { throttle: { rate: 100, burst: 200 } },
    routes: {
      $default: {
        function: lambda(stack, "api", {
          handler: "packages/functions/src/api/lambda.handler",
          // API Gateway gives up after 30 seconds.
          timeout: "29 seconds",
          memorySize: "1024 MB",
          bind: [
            ...store,
            ...providers,
            ALLOWED_ORIGINS,
            ...factors,
            ...messages,
            ...bot,
            ...payments,
            STRIPE_WEBHOOK_SECRET,
            DUFFEL_WEBHOOK_SECRET,
            ...edge,
          ],
          environment: {
            REFRESH_QUEUE_URL: refresh.url,
            DELIVER_LAMBDA_URL: sender.url,
            BOOK_LAMBDA_URL: steps.url,
            EXPORT_LAMBDA_URL: exporting.url,
            ...environment,
            ...reports(),
          },
          allow: [
            refresh.may("SendMessage"),
            sender.may,
            steps.may,
            exporting.may,
            may,
            // SES's list of addresses is the account's: there is nothing narrower to name.
            new PolicyStatement({ actions: ["ses:DeleteSuppressedDestination"], resources: ["*"] }),
          ],
          // npm leaves optional packages out, so the binary is named together with the package that loads it.
          install: ["@node-rs/argon2", "@node-rs/bcrypt"].flatMap((name) => [
            name,
            `${name}-linux-${architecture(stack) === "arm_64" ? "arm64" : "x64"}-gnu`,
          ]),
          copyFiles: [
            { from: changelog, to: changelog },
            ...["swagger-ui.css", "swagger-ui-bundle.js"].map((file) => ({
              from: `${swagger}/${file}`,
              to: `packages/functions/src/api/swagger-ui/${file}`,
            })),
          ],
        }),
      },
    },
  });
  const answer = gateway.getFunction("$default") as Fn;
  // The pages come once all requests are answered by the new code.
  const client =
    app.mode === "deploy" ? await site(stack, gateway.cdk.httpApi, release(stack, gateway, answer)) : undefined;
  if (client) {
    answer.addEnvironment("ALLOWED_ORIGINS", client.url);
    answer.addEnvironment("PASSKEY_RP_ID", client.domain);
  }
  stack.addOutputs({ url: client?.url ?? gateway.url, api: gateway.url });
  return { answer, client, apiId: gateway.httpApiId };
}
