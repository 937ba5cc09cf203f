import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

// API Gateway before one bundle: each POST holds an event, which the handler in this process answers. Lambda would run
// one process for each event at a time; here one process has many events at once, up to `room`, and answers others with
// the 503 of API Gateway, as where the account's concurrency is used up.
const [folder = "", handler = "", room = "0"] = process.argv.slice(2);
const dot = handler.lastIndexOf(".");
const { [handler.slice(dot + 1)]: run } = await import(pathToFileURL(`${folder}/${handler.slice(0, dot)}.mjs`).href);
/** The time (ms) after which API Gateway gives up. */
const timeout = 29_000;
let open = 0;

const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (open >= Number(room)) return void response.writeHead(503).end('{"message":"Service Unavailable"}');
  open++;
  const until = Date.now() + timeout;
  try {
    const event = JSON.parse(Buffer.concat(chunks).toString());
    const context = {
      awsRequestId: event.requestContext.requestId,
      getRemainingTimeInMillis: () => until - Date.now(),
    };
    const { statusCode, body, isBase64Encoded } = await run(event, context);
    response.writeHead(statusCode).end(Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end('{"message":"Internal Server Error"}');
  } finally {
    open--;
  }
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit());
