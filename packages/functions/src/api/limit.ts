import { Problem } from "@travel-conductor/core/base/error";
import { realNow } from "@travel-conductor/core/base/time";
import * as Limit from "@travel-conductor/core/limit";
import * as User from "@travel-conductor/core/user";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { mailboxOf } from "./caller.ts";
import { deviceOf } from "./cookie.ts";
import { startRedisBatch } from "./redisbatch.ts";
import type { SignedIn } from "./session.ts";

/**
 * Counts a request against `rule`: by its address and, with a session, a key or an e-mail address in the body, by
 * account. Must run after the middleware that finds the account.
 */
export function limited(rule: Limit.Rule) {
  return createMiddleware<SignedIn>(async (c, next) => {
    await startRedisBatch(c, rule, { account: c.var.userId ?? mailboxOf(c), key: c.var.key?.hash }).send();
    await next();
  });
}

/** Limits sign-ups. One with a field at fault is counted by another rule, by address only, and refused. */
export const limitedSignup = createMiddleware(async (c, next) => {
  const fault = await User.parseCreate(c.req.valid("json" as never)).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  await startRedisBatch(c, fault ? "invalid" : "signup", fault ? {} : { account: mailboxOf(c) }).send();
  if (fault) throw fault.error;
  await next();
});

/**
 * Limits the codes at the second step of a sign-in: by address first, then by the account of the ticket. Only a caller with
 * the account's password can use that up, and a browser that the account knows has a limit of its own.
 */
export const limitedCode = createMiddleware(async (c, next) => {
  await startRedisBatch(c, "login").send();
  const account = await User.ownerOfTicket(c.req.valid("json" as never), realNow());
  if (account !== undefined) await countKnown(c, "code", account);
  await next();
});

/**
 * Limits sign-ins. A browser that the account knows has a limit of its own, so that the tries of others, from any
 * address, cannot lock the owner out.
 */
export const limitedLogin = createMiddleware(async (c, next) => {
  await countKnown(c, "login", mailboxOf(c));
  await next();
});

/** Counts against `rule`; where that is used up, a browser that the account knows is counted by itself. */
async function countKnown(c: Context, rule: Limit.Rule, account: string | undefined): Promise<void> {
  await startRedisBatch(c, rule, { account })
    .send()
    .catch(async (refusal) => {
      const device = deviceOf(c);
      const mayKnow = refusal instanceof Problem && account !== undefined && device !== undefined;
      if (!mayKnow || !(await Limit.isKnownDevice(device, account))) throw refusal;
      await startRedisBatch(c, "known", { account: `${account} ${device}` }).send();
    });
}
