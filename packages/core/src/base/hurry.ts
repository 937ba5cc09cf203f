import { aws } from "./env.ts";
import { describeError, logger } from "./log.ts";
import { requestId, runAs } from "./trace.ts";

// Work that another Lambda begins at once. Lambda itself keeps the call until it runs, so that, unlike a queue, nothing
// is asked for work while there is none. What is lost on the way, a clock finds.

const lambda = aws("lambda", 0);
const timeoutMs = 1_000;

/** What a Lambda is called with: a message, and the id of the request that sent it. */
export type Call = { message: object; requestId?: string };

/**
 * Calls the Lambda at `url`, as JSON, and waits until Lambda has taken the call, not for the work
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, invocation type Event). Never throws.
 */
export async function hurry(url: string | undefined, message: object): Promise<void> {
  if (url === undefined) return;
  const id = requestId();
  const call: Call = { message, ...(id && { requestId: id }) };
  try {
    const response = await lambda.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 202) throw new Error(`Lambda answered ${response.status}`);
  } catch (error) {
    logger.warn("work not hurried", { error: describeError(error) });
  }
}

/** The handler of a Lambda that is called so: it works under the id of the request. A failure is logged, and thrown. */
export function hurried<T>(work: (message: unknown) => Promise<T>) {
  return (call: Call): Promise<T> =>
    runAs(call.requestId, async () => {
      try {
        return await work(call.message);
      } catch (error) {
        logger.error("hurried work failed", { error: describeError(error) });
        throw error;
      }
    });
}
