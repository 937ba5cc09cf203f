import * as v from "valibot";
import * as Audit from "./audit.ts";
import { orMade, sql, transaction, violatedConstraint } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { lazy } from "./base/lazy.ts";
import { logger } from "./base/log.ts";
import { withoutPassengers } from "./clean.ts";
import * as Key from "./key.ts";
import * as Moved from "./moved.ts";
import * as Outbox from "./outbox.ts";
import * as Payment from "./payment.ts";
import { Removal } from "./privacy/schema.ts";
import * as Session from "./session.ts";

export { ExportLink, ExportPart, ExportRequest, Removal } from "./privacy/schema.ts";

/** See `privacy/prepare.ts`: loaded at its first call, because the API never calls it. */
export const prepareExports = lazy(async () => (await import("./privacy/prepare.ts")).prepareExports);
export const nextExport = lazy(async () => (await import("./privacy/prepare.ts")).nextExport);

/** The verbs of exports are in `privacy/export.ts`: loaded at their first call, because few requests are of exports. */
export const requestExport = lazy(async () => (await import("./privacy/export.ts")).requestExport);
export const getExport = lazy(async () => (await import("./privacy/export.ts")).getExport);

/**
 * Deletes an account: ends its sessions, revokes its keys, deletes its data, and removes the user from the rows that
 * are kept for statistics (events, searches, sent messages) or by law (bookings). Its tips and reviews go, or those
 * that are published stay without a name, as `choice` says. A last message notifies the owner. After the answer no
 * session is valid. The password must have been given in the last 10 minutes.
 * @throws ValiError, Problem `account.booking_open` while a booking is not settled, `session.unproven`,
 * `session.unavailable`: then nothing is deleted yet, and the call may be repeated
 */
export async function removeAccount(userId: string, sessionId: string, at: Date, choice: Removal = {}): Promise<void> {
  const removal = v.parse(Removal, choice);
  await Session.requireReauthentication(userId, sessionId, at);
  await removeByOperator(userId, at, removal);
}

/**
 * Deletes an account as `removeAccount` does, without a session of its owner: after a restore has brought it back. The
 * log keeps the id, by which it is found then.
 * @throws Problem `account.booking_open` while a booking is not settled, `session.unavailable`: then nothing is deleted
 * yet
 */
export async function removeByOperator(userId: string, at: Date, { posts }: Removal = {}): Promise<void> {
  const { forgetPosts } = await import("./privacy/posts.ts");
  const references = await requireSettled(userId, at);
  const own = sql`users where users.id = ${userId}`;
  const keys = await Key.revokeAll(userId);
  const removal = Session.endInTransaction(userId, sql`true`, async (sessions) => {
    const { ended, revoked } = await transaction({
      // Creates and edits of watches wait here; a sweep that is settling one does not.
      lockedOwner: sql`select from ${own} for no key update`,
      // In the order in which a sweep locks them.
      lockedWatches: sql`
        select
          from price_watches
         where price_watches.user_id = ${userId}
         order by price_watches.id
           for update`,
      // A concurrent sign-in waits for this lock, and then finds no account.
      lockedForDeletion: sql`select from ${own} for update`,
      queued: Outbox.enqueue(
        "account_deleted",
        {
          userId: null,
          email: sql`(select users.email from ${own})`,
          emailKey: sql`(select users.email_key from ${own})`,
        },
        { references },
        sql`exists (select from ${own})`,
      ),
      recorded: Audit.record("deletion", { userId: null }, sql`exists (select from ${own})`),
      anonymised: Audit.anonymise(userId),
      unsent: sql`delete from messages where messages.user_id = ${userId} and messages.status = 'pending'`,
      // Before the rows lose their account.
      moved: Moved.forget(userId),
      posts: forgetPosts(userId, posts === "keep"),
      searches: sql`
        update search_analytics
           set user_id = null,
               request_id = null
         where search_analytics.user_id = ${userId}`,
      // One that was begun meanwhile fails the transaction: a step needs a moment.
      bookings: sql`
        update bookings
           set ${withoutPassengers},
               due_at = case when ${isOpen} then null else bookings.due_at end
         where bookings.user_id = ${userId}`,
      cards: Payment.forgetCustomer(userId),
      ended: sessions,
      revoked: keys.revoked,
      deleted: sql`delete from ${own}`,
    });
    await keys.settle(revoked);
    return ended;
  });
  await orMade(removal, async () => ((await sql`select from ${own} for share`).length === 0 ? [] : undefined)).catch(
    (error) => {
      throw violatedConstraint(error) === "step_has_a_moment" ? bookingOpen() : error;
    },
  );
  logger.info("account deleted", { userId });
}

/**
 * Returns our references of the bookings whose journeys are to come. One that is still being worked on would lose the
 * person that it is for: an order may exist, or money may be on its way.
 * @throws Problem `account.booking_open`
 */
async function requireSettled(userId: string, at: Date): Promise<string[]> {
  const rows = (await sql`
    select bookings.booking_reference as reference,
           ${isOpen} as "isOpen"
      from bookings
     where bookings.user_id = ${userId}
       and (bookings.step is not null or (bookings.status = 'confirmed' and bookings.departs_at > ${at}::timestamptz))
     order by bookings.departs_at, bookings.id`) as { reference: string; isOpen: boolean }[];
  if (rows.some(({ isOpen }) => isOpen)) throw bookingOpen();
  return rows.map(({ reference }) => reference);
}

const isOpen = sql`(bookings.step <> 'remind' and bookings.status <> 'failed')`;

function bookingOpen(): Problem {
  return new Problem("conflict", "account.booking_open", "A booking of this account is still being worked on.");
}
