import { batch } from "@travel-conductor/core/base/cache";
import * as Limit from "@travel-conductor/core/limit";
import type { Context } from "hono";

/**
 * A request's one trip to Redis: it counts against `rule`, by the address it came from and by `account` where there is
 * one, and takes along the `questions` that are asked before `go`, whose second call is none.
 */
export function trip(c: Context, rule: Limit.Rule, account?: string) {
  const questions = batch();
  const uses = Limit.count(questions, rule, { address: address(c), account });
  let gone: Promise<void> | undefined;
  return {
    questions,
    /** @throws Problem `limit.reached` */
    go: () => {
      gone ??= questions.send().then(async () => tell(c, await uses));
      return gone;
    },
  };
}

/** Where API Gateway saw the request come from. A header would be the caller's to choose. */
export function address(c: Context): string | undefined {
  return c.env?.requestContext?.http?.sourceIp;
}

/** Says how far each limit is used up (draft-ietf-httpapi-ratelimit-headers-10) and ends the request at one that is. */
export function tell(c: Context, uses: Limit.Usage[]): void {
  if (uses.length > 0) {
    const list = (item: (use: Limit.Usage) => string) => uses.map((use) => `"${use.name}";${item(use)}`).join(", ");
    c.header(
      "RateLimit-Policy",
      list(({ quota, window }) => `q=${quota};w=${window}`),
    );
    c.header(
      "RateLimit",
      list(({ remaining, reset }) => `r=${remaining};t=${reset}`),
    );
  }
  Limit.enforce(uses);
}
