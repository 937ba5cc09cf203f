import { type StackContext, use } from "sst/constructs";
import { hurried, hurrying } from "./hurrying.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";
import { vault } from "./vault.ts";

/** One Lambda takes the steps of bookings, called as soon as there is one. A seller may take two minutes for an order. */
export function bookings({ stack }: StackContext) {
  const { store, providers, payments } = use(secrets);
  const { environment, may } = use(vault);
  const sender = hurrying(stack, "deliver");
  const steps = hurrying(stack, "book");
  const stepping = lambda(stack, "book", {
    handler: "packages/functions/src/hurried/book.handler",
    timeout: "170 seconds",
    memorySize: "512 MB",
    bind: [...store, ...providers, ...payments],
    environment: { DELIVER_LAMBDA_URL: sender.url, BOOK_LAMBDA_URL: steps.url, ...environment },
    allow: [sender.may, steps.may, may],
  });
  return { book: hurried(stack, "book", 10, stepping) };
}
