import * as v from "valibot";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { realNow } from "../base/time.ts";
import { versionsOf } from "../base/versions.ts";
import * as SellerEvent from "../sellerevent.ts";
import { keepReported, reread } from "./method.ts";
import { stripe } from "./stripe.ts";

/**
 * A payment of a booking that has changed: a hint to read it (`read`), and no more. `about`: a refund of it has failed.
 */
export type Hint = { booking: string; intent: string; about?: "refund" };

/** Seconds by which the time of signing may differ from ours; a repetition by Stripe is signed anew. */
const tolerance = 300;

const Object_ = v.looseObject({
  id: v.string(),
  customer: v.nullish(v.string()),
  payment_intent: v.nullish(v.string()),
  metadata: v.nullish(v.record(v.string(), v.string())),
});

/**
 * Takes an event of Stripe: `header` is `Stripe-Signature`, `body` the bytes as they came. Each event is handled once,
 * and is a hint only: what it is about is read at Stripe. `tell` is called for a payment or a refund of a booking, and
 * may be called again when this or that did not end.
 * @throws Problem `webhook.secret`; what `tell` throws, so that Stripe sends the event again
 */
export async function receive(
  header: string | undefined,
  body: Uint8Array,
  tell: (hint: Hint) => Promise<void>,
): Promise<void> {
  const { id, type, object } = await open(header, body);
  await SellerEvent.once("stripe", id, async () => {
    const { customer, payment_intent: paid, metadata } = object;
    if (type === "setup_intent.succeeded" && customer) return keepReported(object.id, customer, realNow());
    if (/^payment_method\.(updated|automatically_updated|detached)$/.test(type)) return reread(object.id);
    const intent = type.startsWith("payment_intent.") ? object.id : type.startsWith("refund.") ? paid : undefined;
    if (intent && metadata?.booking)
      return tell({ booking: metadata.booking, intent, ...(type === "refund.failed" && { about: "refund" }) });
  });
}

async function open(header: string | undefined, body: Uint8Array) {
  const secrets = versionsOf(env.STRIPE_WEBHOOK_SECRET);
  const refused = () => new Problem("auth", "webhook.secret", "This request is not signed by Stripe.");
  const client = stripe();
  if (!client || header === undefined) throw refused();
  const signed = (secret: string) =>
    client.webhooks.constructEventAsync(Buffer.from(body), header, secret, tolerance).catch(() => undefined);
  const event = (await Promise.all(secrets.map(signed))).find((one) => one !== undefined);
  const object = v.safeParse(Object_, event?.data?.object);
  if (!event || typeof event.id !== "string" || !object.success) throw refused();
  return { id: event.id, type: String(event.type), object: object.output };
}
