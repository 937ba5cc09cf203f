import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { hurried, hurrying } from "./hurrying.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";
import { vault } from "./vault.ts";

/**
 * One Lambda prepares requested exports, called as soon as there is one; another removes at Stripe what was removed here;
 * a third removes expired data once a day.
 */
export function privacy({ stack }: StackContext) {
  const { store: bind, payments } = use(secrets);
  const handler = (name: string) => `packages/functions/src/${name}.handler`;
  const timeout = "60 seconds";
  const sender = hurrying(stack, "deliver");
  const { environment, may } = use(vault);
  const preparing = lambda(stack, "export", {
    handler: handler("hurried/export"),
    timeout,
    memorySize: "512 MB",
    bind,
    environment: { DELIVER_LAMBDA_URL: sender.url, ...environment },
    allow: [sender.may, may],
  });
  const removing = lambda(stack, "cards", {
    handler: handler("hurried/cards"),
    timeout,
    memorySize: "256 MB",
    bind: [...bind, ...payments],
  });
  const cleaning = lambda(stack, "clean", {
    handler: handler("cron/clean"),
    timeout,
    memorySize: "256 MB",
    bind,
    environment: { DELIVER_LAMBDA_URL: sender.url },
    allow: [sender.may],
  });
  return {
    prepare: hurried(stack, "export", 2, preparing),
    removeCards: hurried(stack, "cards", 1, removing),
    // When the other clocks look at Postgres too (core/src/base/due.ts).
    clean: every("cron(0 0 * * ? *)", stack, "clean", cleaning),
  };
}
