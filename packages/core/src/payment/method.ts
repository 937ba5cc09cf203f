import type Stripe from "stripe";
import * as v from "valibot";
import { type Fragment, sql, transaction, utc } from "../base/db.ts";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { newId } from "../base/id.ts";
import { decodeCursor, Page, toPage } from "../base/page.ts";
import type { Card } from "./charge.ts";
import { begin } from "./customer.ts";
import { done, unavailable } from "./problem.ts";
import { removeAtStripe } from "./removal.ts";
import { type Challenge, type Info, type Setup, Update } from "./schema.ts";
import { ask, timeouts } from "./stripe.ts";

/** How many cards a person may have. */
const most = 10;

const missing = () => new Problem("missing", "payment_method.missing", "There is no such payment method.");
const noSetup = () => new Problem("missing", "payment_method.setup", "There is no such setup of a card.");
const tooMany = () =>
  new Problem("conflict", "payment_method.limit", `An account has at most ${most} cards. Remove one first.`);
/** A card has expired when its last month is over everywhere. */
const isExpired = (at: Date) => sql`
           make_date(payment_methods.expires_year, payment_methods.expires_month, 1) + interval '1 month 12 hours'
             <= ${at}::timestamptz at time zone 'utc'`;

const columns = (at: Date) => sql`
           payment_methods.id,
           payment_methods.brand,
           payment_methods.last_four as "lastFour",
           json_build_object('month', payment_methods.expires_month, 'year', payment_methods.expires_year) as expires,
           ${isExpired(at)} as expired,
           payment_methods.is_default as "isDefault",
           ${utc(sql`payment_methods.created_at`)} as "createdAt"`;

/** A user's cards, oldest first. `at`: the moment by which they have expired. @throws ValiError, Problem `page.cursor` */
export async function list(userId: string, query: v.InferInput<typeof Page>, at: Date) {
  const { limit, cursor } = v.parse(Page, query);
  const after = decodeCursor(cursor);
  const rows = await sql`
    select ${columns(at)}
      from payment_methods
     where payment_methods.user_id = ${userId}
       ${after === null ? sql`` : sql`and payment_methods.id > ${after}`}
     order by payment_methods.id
     limit ${limit + 1}`;
  return toPage(rows as Info[], limit, ({ id }) => id);
}

/** @throws Problem `payment_method.missing` (also for another user's) */
export async function get(userId: string, id: string, at: Date): Promise<Info> {
  const [row] = await sql`
    select ${columns(at)}
      from payment_methods
     where payment_methods.id = ${id}
       and payment_methods.user_id = ${userId}`;
  if (!row) throw missing();
  return row as Info;
}

/** The statement that reads a card, for `readCard`. */
export const selectCard = (userId: string, id: string, at: Date) => sql`
    select payment_customers.customer,
           payment_methods.token,
           payment_methods.brand,
           payment_methods.last_four as "lastFour",
           ${isExpired(at)} as expired
      from payment_methods
      join payment_customers on payment_customers.user_id = payment_methods.user_id
     where payment_methods.id = ${id}
       and payment_methods.user_id = ${userId}`;

/** As `readCard`, in a request of its own. */
export async function cardFor(userId: string, id: string, at: Date) {
  return readCard(await selectCard(userId, id, at));
}

/**
 * A card that a booking is to pay with, from what `selectCard` has read at `at`: what Stripe knows it by, and what its
 * owner does. It has not expired.
 * @throws Problem `payment_method.missing` (also for another user's), `payment_method.expired`
 */
export function readCard([row]: Record<string, unknown>[]): Card & Pick<Info, "brand" | "lastFour"> {
  if (!row) throw missing();
  const { expired, ...card } = row;
  if (expired) throw new Problem("conflict", "payment_method.expired", "This card has expired.");
  return card as ReturnType<typeof readCard>;
}

/**
 * Starts to add a card: Stripe takes it from the browser, with the client secret of this answer, and `finish` keeps it.
 * @throws Problem `payment_method.limit`, `payment_method.unavailable` where this stage takes no cards,
 * `payment_method.stripe`
 */
export async function setup(userId: string): Promise<Setup> {
  const [row] = await sql`
    select count(*)::int as count from payment_methods where payment_methods.user_id = ${userId}`;
  if (Number(row?.count) >= most) throw tooMany();
  const { id, client_secret } = done(await begin(userId));
  if (!client_secret) throw unavailable("secret");
  return { id, ...challenge(client_secret) };
}

/** What the browser of a payment's person needs for 3-D Secure, or for a new card. */
export function challenge(clientSecret: string): Challenge {
  const { STRIPE_PUBLIC_KEY: publicKey = "", STRIPE_URL: standIn } = env;
  if (!standIn) return { clientSecret, publicKey, page: null };
  const page = new URL(clientSecret.startsWith("seti_") ? "/pay/card" : "/pay/challenge", standIn);
  page.searchParams.set("client_secret", clientSecret);
  return { clientSecret, publicKey, page: page.href };
}

/**
 * Keeps the card of a setup, as Stripe has it. Repeating it changes nothing. The first card is the default.
 * @throws Problem `payment_method.setup` (also for another user's, and where its card was removed),
 * `payment_method.unfinished` while Stripe waits for the browser, `payment_method.declined`, `payment_method.limit`,
 * `payment_method.stripe`
 */
export async function finish(userId: string, setupId: string, at: Date): Promise<Info> {
  const [row] = await sql`
    select payment_customers.customer from payment_customers where payment_customers.user_id = ${userId}`;
  if (!row?.customer || !/^seti_\w{1,250}$/.test(setupId)) throw noSetup();
  const told = await ask("setup.read", (client) =>
    client.setupIntents.retrieve(setupId, { expand: ["payment_method"] }, { timeout: timeouts.read }),
  );
  if (told.status === "refused" && told.code === "resource_missing") throw noSetup();
  const found = done(told);
  if (found.customer !== row.customer) throw noSetup();
  return keep(userId, found, at);
}

async function keep(userId: string, found: Stripe.SetupIntent, at: Date): Promise<Info> {
  const fault = found.last_setup_error;
  if (found.status === "requires_payment_method" && fault) throw declined(fault.decline_code ?? fault.code);
  if (found.status !== "succeeded")
    throw new Problem("conflict", "payment_method.unfinished", "The card is not entered yet.");
  const method = typeof found.payment_method === "object" ? found.payment_method : null;
  if (!method?.card || !method.customer) throw noSetup();
  const { brand, last4, exp_month, exp_year } = method.card;
  const { kept } = await transaction({
    // Additions of one person run one after another, so that each counts the ones before.
    locked: sql`select from users where users.id = ${userId} for no key update`,
    added: sql`
      insert into payment_methods
             (id, user_id, token, brand, last_four, expires_month, expires_year, is_default)
      select ${newId("pmt")}, users.id, ${method.id}, ${brand}, ${last4}, ${exp_month}, ${exp_year},
             not exists (select from payment_methods where payment_methods.user_id = users.id)
        from users
       where users.id = ${userId}
         and ${most} > (select count(*) from payment_methods where payment_methods.user_id = users.id)
         -- It was removed, and Stripe has not heard of that yet.
         and not exists (select from payment_removals where payment_removals.subject = ${method.id})
      on conflict (token) do nothing`,
    kept: sql`
      select ${columns(at)}
        from payment_methods
       where payment_methods.token = ${method.id}
         and payment_methods.user_id = ${userId}`,
  });
  if (kept[0]) return kept[0] as Info;
  await removeAtStripe(method.id);
  const [left] = await sql`
    select count(*)::int as count from payment_methods where payment_methods.user_id = ${userId}`;
  throw Number(left?.count) >= most ? tooMany() : noSetup();
}

/** Keeps the card of a setup that Stripe reports, for the account whose customer it is; does nothing for any other. */
export async function keepReported(setupId: string, customer: string, at: Date): Promise<void> {
  const [row] = await sql`
    select payment_customers.user_id as "userId" from payment_customers where payment_customers.customer = ${customer}`;
  if (!row) return;
  await finish(row.userId, setupId, at).catch((error) => {
    if (!(error instanceof Problem) || error.kind === "upstream") throw error;
  });
}

/** Reads a card anew that Stripe reports as changed: banks renew them, and their owners take them back at Stripe. */
export async function reread(token: string): Promise<void> {
  const [row] = await sql`
    select payment_customers.customer
      from payment_methods
      join payment_customers on payment_customers.user_id = payment_methods.user_id
     where payment_methods.token = ${token}`;
  if (!row) return;
  const told = await ask("method.read", (client) =>
    client.paymentMethods.retrieve(token, {}, { timeout: timeouts.read }),
  );
  if (told.status === "unknown") throw unavailable("unknown");
  const method = told.status === "done" ? told.value : undefined;
  if (!method?.card || method.customer !== row.customer) {
    await drop(sql`payment_methods.token = ${token}`);
    return;
  }
  const { brand, last4, exp_month, exp_year } = method.card;
  await sql`
    update payment_methods
       set brand = ${brand}, last_four = ${last4}, expires_month = ${exp_month}, expires_year = ${exp_year}
     where payment_methods.token = ${token}`;
}

/** @throws ValiError, Problem `payment_method.missing` */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  v.parse(Update, input);
  const own = sql`payment_methods.id = ${id} and payment_methods.user_id = ${userId}`;
  const { changed } = await transaction({
    locked: sql`select from users where users.id = ${userId} for no key update`,
    before: sql`
      update payment_methods
         set is_default = false
       where payment_methods.user_id = ${userId}
         and payment_methods.is_default
         and exists (select from payment_methods where ${own})`,
    made: sql`update payment_methods set is_default = true where ${own}`,
    changed: sql`select ${columns(at)} from payment_methods where ${own}`,
  });
  if (!changed[0]) throw missing();
  return changed[0] as Info;
}

/**
 * Removes a card, here at once and at Stripe as soon as it answers. The newest of the others becomes the default.
 * @throws Problem `payment_method.missing`
 */
export async function remove(userId: string, id: string): Promise<void> {
  const token = await drop(sql`payment_methods.id = ${id} and payment_methods.user_id = ${userId}`);
  if (token === undefined) throw missing();
  await removeAtStripe(token);
}

/** Deletes a row, and queues its card's removal at Stripe. @returns its token */
async function drop(which: Fragment): Promise<string | undefined> {
  const { gone } = await transaction({
    locked: sql`
      select
        from users
       where users.id = (select payment_methods.user_id from payment_methods where ${which})
         for no key update`,
    // Before the deletion, so that at every moment there is at most one default.
    kept: sql`
      update payment_methods
         set is_default = false
       where ${which}
         and payment_methods.is_default`,
    queued: sql`
      insert into payment_removals (subject, due_at)
      select payment_methods.token, now() + interval '1 minute' from payment_methods where ${which}
      on conflict do nothing`,
    next: sql`
      with gone as (select payment_methods.id, payment_methods.user_id from payment_methods where ${which})
      update payment_methods
         set is_default = true
       where payment_methods.id = (
               select other.id
                 from payment_methods as other
                 join gone on gone.user_id = other.user_id and gone.id <> other.id
                where not exists (
                        select from payment_methods as held where held.user_id = gone.user_id and held.is_default)
                order by other.id desc
                limit 1)`,
    gone: sql`delete from payment_methods where ${which} returning payment_methods.token`,
  });
  return gone[0]?.token as string | undefined;
}

function declined(code: string | undefined): Problem {
  const detail = code === "setup_intent_authentication_failure" ? "could not be proven yours" : "was declined";
  return new Problem("conflict", "payment_method.declined", `The card ${detail}. Try again, or use another one.`);
}
