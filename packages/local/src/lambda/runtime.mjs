import { pathToFileURL } from "node:url";

/** Lambda's side of the bargain: loads `folder` and `path/file.export`, says so, and answers one event after another. */
const [folder, handler] = process.argv.slice(2);
const dot = handler.lastIndexOf(".");
const { [handler.slice(dot + 1)]: run } = await import(pathToFileURL(`${folder}/${handler.slice(0, dot)}.mjs`).href);

process.on("message", async ({ event, requestId, deadline }) => {
  const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    process.send({ answer: await run(event, context) });
  } catch (error) {
    process.send({ failure: `${error.name}: ${error.message}` });
  }
});
process.send({});
