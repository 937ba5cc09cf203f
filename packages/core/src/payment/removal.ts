import type Stripe from "stripe";
import { sql } from "../base/db.ts";
import { logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import { findCustomer } from "./customer.ts";
import { ask, timeouts } from "./stripe.ts";

/** After a failed try the next one is due in 1 minute, then 2, 4 and so on, at most a day. */
const retry = sql`least(interval '1 day', interval '1 minute' * power(2, least(payment_removals.tries, 11)))`;
const manyTries = 8;
/** How many are asked for at once, and how long a claim keeps others away. */
const batch = 20;

/**
 * Removes a card, or a customer with all its cards, at Stripe; `subject` is its id, or the account's whose customer's id
 * was never learned. What Stripe does not have any more counts as removed.
 * @returns whether it is removed; where not, a later run tries again
 */
export async function removeAtStripe(subject: string): Promise<boolean> {
  const told = await ask("remove", (client) => removed(client, subject));
  const gone = ["resource_missing", "payment_method_unattached"];
  if (told.status === "unknown") return false;
  if (told.status === "refused" && !gone.includes(told.code)) {
    logger.warn("card not removed", { code: told.code });
    return false;
  }
  await sql`delete from payment_removals where payment_removals.subject = ${subject}`;
  return true;
}

async function removed(client: Stripe, subject: string): Promise<unknown> {
  const options = { timeout: timeouts.read };
  if (subject.startsWith("pm_")) return client.paymentMethods.detach(subject, {}, options);
  if (subject.startsWith("cus_")) return client.customers.del(subject, options);
  const customer = await findCustomer(client, subject);
  return customer && client.customers.del(customer.id, options);
}

/** When the next removal is due (real time), null where none waits. */
export async function nextRemoval(): Promise<Date | null> {
  const [row] = await sql`
    select extract(epoch from min(payment_removals.due_at))::float8 * 1000 as at
      from payment_removals`;
  return typeof row?.at === "number" ? new Date(row.at) : null;
}

/**
 * Does the removals that are due: those of deleted accounts, and those that Stripe did not answer. Runs may overlap.
 * @returns how many were done and how many failed
 */
export async function removeDue(): Promise<{ removed: number; failed: number }> {
  const rows = await sql`
    update payment_removals
       set due_at = now() + ${retry},
           tries = payment_removals.tries + 1
     where payment_removals.subject = any (array(
             select payment_removals.subject
               from payment_removals
              where payment_removals.due_at <= now()
              order by payment_removals.due_at
              limit ${batch}
                for no key update skip locked))
    returning payment_removals.subject, payment_removals.tries`;
  const ends = await Promise.all(
    rows.map(async ({ subject, tries }) => ((await removeAtStripe(subject)) ? [] : [tries])),
  );
  const failed = ends.flat();
  // Some hours of tries: Stripe is not merely away.
  Metric.emit({ CardsNotRemoved: [failed.filter((tries) => tries >= manyTries).length, "Count"] });
  return { removed: ends.length - failed.length, failed: failed.length };
}
