import Stripe from "stripe";
import { env } from "../base/env.ts";
import { logger } from "../base/log.ts";

/**
 * The outcome of a call. `refused`: it was not done, with Stripe's code, a decline's own where there is one. `action`:
 * the person must prove themselves in the browser (3-D Secure) with this client secret. `unknown`: it may have been
 * done; the same call with the same key finds out.
 */
export type Outcome<T> =
  | { status: "done"; value: T }
  | { status: "refused"; code: string }
  | { status: "action"; intent: string; clientSecret: string }
  | { status: "unknown" };

export type Done<T> = Exclude<Outcome<T>, { status: "action" }>;

/** How long Stripe may take for one request (ms). A bank may take longer to answer than Stripe itself. */
export const timeouts = { read: 10_000, change: 25_000 };

let made: Stripe | undefined;

/**
 * The client of this process; undefined where Stripe is not set up. It repeats nothing by itself, and uses `fetch`,
 * after whose failures it does not send a request again either.
 */
export function stripe(): Stripe | undefined {
  const { STRIPE_KEY: key, STRIPE_URL: standIn } = env;
  if (!key) return undefined;
  if (made) return made;
  const { protocol, hostname, port } = new URL(standIn ?? "https://api.stripe.com");
  made = new Stripe(key, {
    host: hostname,
    port: port || (protocol === "http:" ? "80" : "443"),
    protocol: protocol === "http:" ? "http" : "https",
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: 0,
    timeout: timeouts.change,
    telemetry: false,
  });
  return made;
}

/**
 * Runs one call. Never throws.
 * @param look where the call may have been done although it failed: finds its object, undefined where there is none
 */
export async function ask<T>(
  name: string,
  call: (client: Stripe) => Promise<T>,
  look?: (client: Stripe, error: Stripe.errors.StripeError | undefined) => Promise<T | undefined>,
): Promise<Done<T>> {
  const client = stripe();
  if (!client) return { status: "refused", code: "unavailable" };
  try {
    return { status: "done", value: await call(client) };
  } catch (error) {
    const known = error instanceof Stripe.errors.StripeError ? error : undefined;
    const code = refusalOf(known);
    const found = await look?.(client, known).catch(() => undefined);
    if (found !== undefined) return { status: "done", value: found };
    if (code !== undefined) return { status: "refused", code };
    const { type, code: told, statusCode, requestId } = known ?? {};
    logger.warn("payment call unknown", {
      call: name,
      type: type ?? "Error",
      code: told,
      statusCode,
      stripeRequestId: requestId,
    });
    return { status: "unknown" };
  }
}

/**
 * The code of a refusal; undefined where the call may have been done. A wrong API key counts as such: an earlier
 * request under the same idempotency key may have had a right one.
 */
function refusalOf(error: Stripe.errors.StripeError | undefined): string | undefined {
  if (error instanceof Stripe.errors.StripeCardError) return error.decline_code ?? error.code ?? "card_declined";
  if (error instanceof Stripe.errors.StripeInvalidRequestError) return error.code ?? "invalid_request";
  return undefined;
}
