import { challenge } from "./method.ts";
import type { Challenge } from "./schema.ts";
import { ask, timeouts } from "./stripe.ts";

/**
 * How the owner of a card proves to its bank that the payment is theirs; null where nothing is asked any more, or Stripe
 * does not answer. Never throws.
 */
export async function challengeOf(intent: string): Promise<Challenge | null> {
  const told = await ask("challenge", (client) =>
    client.paymentIntents.retrieve(intent, {}, { timeout: timeouts.read, maxNetworkRetries: 1 }),
  );
  if (told.status !== "done" || told.value.status !== "requires_action") return null;
  const { client_secret: secret } = told.value;
  return secret === null ? null : challenge(secret);
}
