import type Stripe from "stripe";
import { sql, transaction } from "../base/db.ts";
import { done, unavailable } from "./problem.ts";
import { ask, type Done, stripe, timeouts } from "./stripe.ts";

/** Makes a setup at Stripe. A customer that was deleted there is made anew, once: its cards are gone. */
export async function begin(userId: string, isAgain = false): Promise<Done<Stripe.SetupIntent>> {
  const customer = await customerOf(userId);
  const told = await ask("setup", (client) =>
    client.setupIntents.create({ customer, usage: "off_session", allowed_payment_method_types: ["card"] }),
  );
  if (isAgain || told.status !== "refused" || told.code !== "resource_missing") return told;
  await transaction({
    lost: sql`
      delete from payment_methods
       where payment_methods.user_id = ${userId}
         and exists (select from payment_customers where payment_customers.customer = ${customer})`,
    forgotten: sql`
      update payment_customers
         set customer = null, asked_at = clock_timestamp()
       where payment_customers.user_id = ${userId}
         and payment_customers.customer = ${customer}`,
  });
  return begin(userId, true);
}

/**
 * The account's customer at Stripe. The row is written before Stripe is asked, so that a customer whose answer was lost
 * is found again, also after Stripe has forgotten the key.
 */
async function customerOf(userId: string): Promise<string> {
  if (!stripe()) throw unavailable("unavailable");
  const [row] = await sql`
    insert into payment_customers (user_id)
    values (${userId})
    on conflict (user_id) do update set user_id = excluded.user_id
    returning payment_customers.customer,
              extract(epoch from payment_customers.asked_at)::text as "askedAt",
              payment_customers.asked_at < now() - interval '23 hours' as "isOld"`;
  if (row?.customer) return row.customer;
  const told = await ask("customer", async (client) => {
    const found = row?.isOld ? await findCustomer(client, userId) : undefined;
    const options = { idempotencyKey: `${userId}:customer:${row?.askedAt}` };
    return found ?? client.customers.create({ metadata: { account: userId } }, options);
  });
  const { id } = done(told);
  await sql`
    update payment_customers
       set customer = ${id}
     where payment_customers.user_id = ${userId}
       and payment_customers.customer is null`;
  return id;
}

/** Stripe's search knows what is older than some minutes. */
export async function findCustomer(client: Stripe, userId: string): Promise<Stripe.Customer | undefined> {
  const query = `metadata['account']:'${userId}'`;
  const { data } = await client.customers.search({ query, limit: 1 }, { timeout: timeouts.read });
  return data[0];
}
