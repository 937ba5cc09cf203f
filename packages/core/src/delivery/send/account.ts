import * as v from "valibot";
import { orFallback, redis } from "../../base/cache.ts";
import { mailAccountKey } from "../../base/health.ts";
import { callSes } from "../../base/ses.ts";

/** What SES lets this account do: how many letters a second, and whether to any address (else it is in the sandbox). */
export type Account = { rate: number; isProduction: boolean };

const Answered = v.object({
  ProductionAccessEnabled: v.boolean(),
  SendQuota: v.object({ MaxSendRate: v.pipe(v.number(), v.minValue(0.1)) }),
});

/** How long one answer holds in this process (ms), and for how long `/health` tells it (s). */
const keptFor = 5 * 60_000;
const toldFor = 2 * 86_400;

let known: { account: Account | null; until: number } | undefined;

/** Reads the account, at most once in five minutes; null where SES does not say. `now`: ms, of any clock that runs on. */
export async function readAccount(now: number): Promise<Account | null> {
  if (known && known.until > now) return known.account;
  const answer = await callSes("GET", "/v2/email/account", undefined, 3_000);
  const parsed = v.safeParse(Answered, answer.ok ? answer.body : undefined);
  const account = parsed.success
    ? { rate: parsed.output.SendQuota.MaxSendRate, isProduction: parsed.output.ProductionAccessEnabled }
    : null;
  known = { account, until: now + (account ? keptFor : keptFor / 5) };
  const state = account?.isProduction ? "production" : "sandbox";
  if (account) await orFallback(redis.set(mailAccountKey, state, { ex: toldFor }), null);
  return account;
}

/** For tests: the next letter asks SES again. */
export function forgetAccount(): void {
  known = undefined;
}
