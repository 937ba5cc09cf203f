import { signedFetch } from "./aws.ts";
import { describeError, logger } from "./log.ts";
import type { Context } from "./queue.ts";
import { requestId, runAs } from "./trace.ts";

// Work that another Lambda begins at once. Lambda itself keeps the call until it runs, so that, unlike a queue, nothing
// is asked for work while there is none. What is lost on the way, a clock finds.

const askLambda = signedFetch("lambda");
const timeoutMs = 1_000;

/** What a Lambda is called with: a message, and the id of the request that sent it. */
export type Call = { message: object; requestId?: string };

/**
 * Calls the Lambda at `url`, as JSON, and waits until Lambda has taken the call, not for the work
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, invocation type Event). Never throws.
 * @returns whether Lambda has confirmed that it took the call
 */
export async function hurry(url: string | undefined, message: object): Promise<boolean> {
  if (url === undefined) return false;
  const id = requestId();
  const call: Call = { message, ...(id && { requestId: id }) };
  try {
    const response = await askLambda(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 202) throw new Error(`Lambda answered ${response.status}`);
    return true;
  } catch (error) {
    logger.warn("work not hurried", { error: describeError(error) });
    return false;
  }
}

/** The handler of a Lambda that is called so: it works under the id of the request. A failure is logged, and thrown. */
export function hurried<T>(work: (message: unknown, context: Context) => Promise<T>) {
  return (call: Call, context: Context): Promise<T> =>
    runAs(call.requestId, async () => {
      try {
        return await work(call.message, context);
      } catch (error) {
        logger.error("hurried work failed", { error: describeError(error) });
        throw error;
      }
    });
}
