import { AwsClient } from "aws4fetch";
import { Refused } from "../command.ts";
import { requireKeys, type Stage } from "./stage.ts";

/** The concurrent executions that the stacks reserve for a stage. */
export const reserved = 36;
/** Those that AWS keeps for all Lambdas of an account without a reservation. */
const unreserved = 100;

/**
 * Checks that the account may run as many Lambdas at once as a stage reserves: a new account may have 10. Other stages
 * in the same account need theirs too, which is not counted. AWS_ENDPOINT_URL_LAMBDA is another address of Lambda.
 * @throws Refused where it may not
 */
export async function checkConcurrency({ region }: Stage, say: (line: string) => void): Promise<void> {
  const client = new AwsClient({ ...requireKeys(), region, service: "lambda", retries: 2 });
  const url = process.env.AWS_ENDPOINT_URL_LAMBDA ?? `https://lambda.${region}.amazonaws.com`;
  const signal = AbortSignal.timeout(10_000);
  const answer = await client.fetch(`${url}/2016-08-19/account-settings/`, { signal }).catch((error: Error) => error);
  if (answer instanceof Error || !answer.ok)
    return say("Lambda does not say how many executions at once the account may have: not checked.");
  const { AccountLimit } = (await answer.json()) as { AccountLimit: { ConcurrentExecutions: number } };
  const limit = AccountLimit.ConcurrentExecutions;
  if (limit >= unreserved + reserved) return;
  throw new Refused(
    `Lambda runs ${limit} executions at once in this account, and a stage needs ${unreserved + reserved}: request a higher limit in Service Quotas.`,
  );
}
