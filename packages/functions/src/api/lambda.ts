import { handle, type LambdaContext } from "hono/aws-lambda";
import { limit } from "./guard.ts";
import { app } from "./index.ts";

const answer = handle(app);
type Event = Extract<Parameters<typeof answer>[0], { rawPath: string }>;

/** Takes what API Gateway's HTTP API sends, payload format 2.0. */
export const handler = (event: Event, context?: LambdaContext) => answer(light(event), context);

/**
 * A body that is too large is not decoded: its size goes on alone. Neither is one beside GET, which API Gateway lets
 * through and a Request cannot hold.
 */
function light(event: Event): Event {
  const size = Buffer.byteLength(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const fits = size <= limit && !["GET", "HEAD"].includes(event.requestContext.http.method);
  return fits ? event : { ...event, body: null, headers: { ...event.headers, "content-length": String(size) } };
}
