import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/** Every minute one Lambda writes down what was searched; once an hour one makes and drops the months that it stands in. */
export function analytics({ stack }: StackContext) {
  const { store: bind } = use(secrets);
  const handler = (name: string) => `packages/functions/src/cron/${name}.handler`;
  const flush = lambda(stack, "flush", {
    handler: handler("flush"),
    timeout: "60 seconds",
    memorySize: "512 MB",
    bind,
  });
  const tend = lambda(stack, "tend", { handler: handler("tend"), timeout: "300 seconds", memorySize: "256 MB", bind });
  every("rate(1 minute)", stack, "flush", flush);
  every("rate(1 hour)", stack, "tend", tend);
}
