import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { hurrying, nameOf } from "./hurrying.ts";
import { lambda } from "./lambda.ts";
import { queue } from "./queue.ts";
import { secrets } from "./secrets.ts";
import { vault } from "./vault.ts";

/**
 * One Lambda prepares requested exports, woken by a queue as soon as there is one, and the same code by a clock; another removes expired data once a day; a third removes at Stripe
 * what was removed here.
 */
export function privacy({ stack }: StackContext) {
  const { store: bind, payments } = use(secrets);
  const handler = (name: string) => `packages/functions/src/cron/${name}.handler`;
  const timeout = "60 seconds";
  const sender = hurrying(stack, "deliver");
  const { environment, may } = use(vault);
  const preparing = (id: string, of: string) =>
    lambda(stack, id, {
      handler: `packages/functions/src/${of}.handler`,
      timeout,
      memorySize: "512 MB",
      bind,
      environment: { DELIVERY_QUEUE_URL: sender.url, ...environment },
      allow: [sender.may, may],
    });
  const cleaning = lambda(stack, "clean", {
    handler: handler("clean"),
    timeout,
    memorySize: "256 MB",
    bind,
    environment: { DELIVERY_QUEUE_URL: sender.url },
    allow: [sender.may],
  });
  const removing = lambda(stack, "payments", {
    handler: handler("payments"),
    timeout,
    memorySize: "256 MB",
    bind: [...bind, ...payments],
  });
  const consumer = { lambda: preparing("prepare", "queue/export"), seconds: 60, batchSize: 10, maxConcurrency: 2 };
  return {
    woken: queue(stack, "export", consumer, "standard", nameOf(stack, "export")),
    prepare: every("cron(0/15 * * * ? *)", stack, "exportClock", preparing("export", "cron/export")),
    // When the other clocks look at Postgres too (core/src/base/due.ts).
    clean: every("cron(0 0 * * ? *)", stack, "clean", cleaning),
    removeCards: every("cron(0/15 * * * ? *)", stack, "payments", removing),
  };
}
