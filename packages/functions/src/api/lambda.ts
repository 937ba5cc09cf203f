import { handle, type LambdaContext } from "hono/aws-lambda";
import { maxBodyBytes } from "./guard.ts";
import { app } from "./index.ts";

const answer = handle(app);
type Event = Extract<Parameters<typeof answer>[0], { rawPath: string }>;

/** Handles events of API Gateway's HTTP API, payload format 2.0. */
export const handler = (event: Event, context?: LambdaContext) => answer(withoutBody(event), context);

/**
 * Leaves out a body that is too large and keeps its size. Also leaves out the body of a GET, which API Gateway passes
 * on and a Request cannot hold.
 */
function withoutBody(event: Event): Event {
  const size = Buffer.byteLength(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const fits = size <= maxBodyBytes && !["GET", "HEAD"].includes(event.requestContext.http.method);
  return fits ? event : { ...event, body: null, headers: { ...event.headers, "content-length": String(size) } };
}
