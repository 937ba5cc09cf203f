import { emailKey } from "@travel-conductor/core/base/mailbox";
import * as Flight from "@travel-conductor/core/flight";
import * as Limit from "@travel-conductor/core/limit";
import type { Context } from "hono";
import { viewerOf } from "./viewer.ts";

/**
 * The caller's address: as our distribution saw it, which proves itself by a secret, or else as API Gateway saw it. Any
 * other header would be the caller's own choice.
 */
export function addressOf(c: Context): string | undefined {
  return viewerOf(c) ?? c.env?.requestContext?.http?.sourceIp;
}

/** The caller's address, and the browser or app as it names itself. */
export function clientOf(c: Context): { address: string | undefined; device: string | undefined } {
  return { address: addressOf(c), device: c.req.header("user-agent") };
}

/** The account or address that the caller's provider calls are counted against; undefined where neither is known. */
export function payerOf(c: Context, account: Flight.Account | undefined): Flight.Payer | undefined {
  const address = addressOf(c);
  return address === undefined ? undefined : Flight.payerOf(account, Limit.addressHash(address));
}

/** The account key of the e-mail address in the body, if the body has one. */
export function mailboxOf(c: Context): string | undefined {
  const body = c.req.valid("json" as never) as { email?: unknown } | null | undefined;
  return typeof body?.email === "string" ? emailKey(body.email.slice(0, 400)) : undefined;
}
