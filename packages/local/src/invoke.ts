import type { IncomingMessage } from "node:http";
import { type Answer, type Server, serve } from "./http.ts";
import { Called, type Event } from "./invoke/called.ts";
import { type Key, signed } from "./signature.ts";

/** The Lambdas that are called without waiting for them (stacks/hurrying.ts). */
export type Lambdas = Record<"deliver" | "book" | "export" | "cards" | "help", Called>;

/** Lambda's API in front of them; `urlOf` returns the address that the product uses. */
export type InvokeGateway = Server & { lambdas: Lambdas; urlOf: (lambda: Called) => string };

/** The longest event that Lambda takes without an answer (bytes). */
const limit = 1024 * 1024;

const path = /^\/2015-03-31\/functions\/([\w-]{1,64})\/invocations$/;

/**
 * Speaks the protocol of Lambda's Invoke (type `Event`) to callers that sign with `key`, and refuses what Lambda refuses: an
 * unsigned request, a function that is not there, a body that is no JSON or too long
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
 */
export async function startInvoke(key: Key, port = 0): Promise<InvokeGateway> {
  // With the settings of stacks/delivery.ts, bookings.ts, privacy.ts and watcher.ts.
  const settings = {
    deliver: { atOnce: 2, timeout: 60_000 },
    book: { atOnce: 10, timeout: 170_000 },
    export: { atOnce: 2, timeout: 60_000 },
    cards: { atOnce: 1, timeout: 60_000 },
    help: { atOnce: 20, timeout: 270_000 },
  };
  const lambdas = Object.fromEntries(
    Object.entries(settings).map(([name, each]) => [name, new Called(`local-travel-conductor-${name}Now`, each)]),
  ) as Lambdas;

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    if (!signed("lambda", key, request, body))
      return refused(403, "InvalidSignatureException", "The signature does not match the request");
    const [, name] = path.exec(request.url ?? "") ?? [];
    if (request.method !== "POST" || name === undefined)
      return refused(404, "UnknownOperationException", "There is no such operation");
    const lambda = Object.values(lambdas).find((one) => one.name === name);
    if (!lambda) return refused(404, "ResourceNotFoundException", `Function not found: ${name}`);
    if (request.headers["x-amz-invocation-type"] !== "Event")
      return refused(400, "InvalidParameterValueException", "Only calls of the type Event are answered here");
    let event: Event;
    try {
      event = JSON.parse(body.toString()) as Event;
    } catch {
      return refused(400, "InvalidRequestContentException", "Could not parse request body into json");
    }
    lambda.call(event);
    return { status: 202, body: "" };
  }

  const server = await serve(answer, limit, port);
  return { ...server, lambdas, urlOf: ({ name }) => `${server.url}/2015-03-31/functions/${name}/invocations` };
}

function refused(status: number, type: string, message: string): Answer {
  return { status, body: { Type: "User", Message: message }, headers: { "x-amzn-errortype": type } };
}
