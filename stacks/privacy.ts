import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";
import { vault } from "./vault.ts";
import { waking } from "./waking.ts";

/**
 * One Lambda prepares requested exports every minute; another removes expired data once a day; a third removes at Stripe
 * what was removed here.
 */
export function privacy({ stack }: StackContext) {
  const { store: bind, payments } = use(secrets);
  const handler = (name: string) => `packages/functions/src/cron/${name}.handler`;
  const timeout = "60 seconds";
  const sender = waking(stack);
  const { environment, may } = use(vault);
  const preparing = lambda(stack, "export", {
    handler: handler("export"),
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
  const prepare = every("rate(1 minute)", stack, "export", preparing);
  const clean = every("rate(1 day)", stack, "clean", cleaning);
  const removeCards = every("rate(5 minutes)", stack, "payments", removing);
  return { prepare, clean, removeCards };
}
