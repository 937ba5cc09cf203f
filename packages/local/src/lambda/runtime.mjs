import { pathToFileURL } from "node:url";

/** The runtime of a Lambda: loads `folder` and `path/file.export`, reports ready, and answers one event after another. */
const [folder = "", handler = ""] = process.argv.slice(2);
const dot = handler.lastIndexOf(".");
const { [handler.slice(dot + 1)]: run } = await import(pathToFileURL(`${folder}/${handler.slice(0, dot)}.mjs`).href);

/** @param {{ answer?: unknown, failure?: string }} message */
const send = (message) => process.send?.(message);

/** @param {{ event: object, requestId: string, deadline: number }} invocation `deadline` in milliseconds since 1970 */
async function invoke({ event, requestId, deadline }) {
  const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    send({ answer: await run(event, context) });
  } catch (error) {
    send({ failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}

process.on("message", invoke);
send({});
