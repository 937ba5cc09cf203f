import { type Fragment, sql } from "../base/db.ts";

/**
 * A statement of an account's deletion: queues the removal of its customer at Stripe, with all its cards, before the
 * account's rows are gone. A customer whose id was never learned is looked for ten minutes later, when Stripe's search
 * knows it and no request that could make it is under way.
 */
export function forgetCustomer(userId: string): Fragment {
  return sql`
    insert into payment_removals (subject, due_at)
    select coalesce(payment_customers.customer, payment_customers.user_id),
           case when payment_customers.customer is null then now() + interval '10 minutes' else now() end
      from payment_customers
     where payment_customers.user_id = ${userId}
    on conflict do nothing`;
}
