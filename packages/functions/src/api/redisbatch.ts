import * as Analytics from "@travel-conductor/core/analytics";
import { type Batch, batch } from "@travel-conductor/core/base/cache";
import { type Due, hints } from "@travel-conductor/core/base/due";
import { gatheredFrom } from "@travel-conductor/core/base/gather";
import { productNow } from "@travel-conductor/core/base/time";
import * as Limit from "@travel-conductor/core/limit";
import type { Context } from "hono";
import { addressOf } from "./caller.ts";

/**
 * The one request to Redis that an API request makes before its answer. What joins it, by `commands`: the count of its
 * rate limit (added here), the look-up of its session (session.ts), and for a search the stored answer and the note of
 * the search (askredis.ts). `send` sends it; the first call counts, later ones await the same request.
 */
export type RedisBatch = {
  commands: Batch;
  /** @throws Problem `limit.reached` */
  send: () => Promise<void>;
};

/** What a request may make due, by its path: noted in Redis before it is, in the same request as the count. */
const makesDue: [path: RegExp, hint: Due, from?: (at: Date) => Date][] = [
  [/^\/v1\/(auth|me|channels|admin\/(posts|deliveries)|watches\/\w+\/check)\b/, hints.messages],
  [/^\/v1\/(watches|links|admin\/providers)\b/, hints.fares],
  [/^\/v1\/watches\/\w+\/check$/, hints.samples, gatheredFrom],
  [/^\/v1\/me\/export$/, hints.exports],
  [/^\/v1\/(me$|payment-methods\b)/, hints.cards],
];

/**
 * Starts a batch that counts the request as `cost` of them against `rule`, by its address and by `account` and `key` if
 * there is one.
 */
export function startRedisBatch(
  c: Context,
  rule: Limit.Rule,
  { cost = 1, ...sender }: { cost?: number; account?: string | undefined; key?: string | undefined } = {},
): RedisBatch {
  const commands = batch();
  const who = { address: addressOf(c), ...sender };
  const refused = Limit.refusedLately(rule, who, cost);
  if (refused.length > 0) {
    return {
      commands,
      send: async () => {
        commands.drop();
        enforce(c, refused);
      },
    };
  }
  const usages = Limit.count(commands, rule, who, cost);
  if (c.req.method !== "GET") {
    const at = productNow();
    for (const [path, hint, from] of makesDue) if (path.test(c.req.path)) void hint.note(at, commands, from?.(at));
  } else if (c.req.path === "/v1/me/searches") {
    void Analytics.wantNotes(commands);
  }
  let sent: Promise<void> | undefined;
  return {
    commands,
    send: () => {
      sent ??= commands.send().then(async () => enforce(c, await usages));
      return sent;
    },
  };
}

/** Adds the usage of each limit to the answer (draft-ietf-httpapi-ratelimit-headers-10). @throws Problem `limit.reached` */
function enforce(c: Context, usages: Limit.Usage[]): void {
  if (usages.length > 0) {
    const list = (item: (usage: Limit.Usage) => string) =>
      usages.map((usage) => `"${usage.name}";${item(usage)}`).join(", ");
    c.header(
      "RateLimit-Policy",
      list(({ quota, window }) => `q=${quota};w=${window}`),
    );
    c.header(
      "RateLimit",
      list(({ remaining, reset }) => `r=${remaining};t=${reset}`),
    );
  }
  Limit.enforce(usages);
}
