import { sql, transaction } from "../base/db.ts";
import { isReachable } from "../base/mailbox.ts";
import * as Moved from "../moved.ts";
import * as Outbox from "../outbox.ts";
import * as Token from "../token.ts";

/** How long the link of an invitation works after the letter is due (ms): people do not expect the letter. */
const linkFor = 7 * 86_400_000;

/**
 * `limit`: the most letters of this call. `perMinute`: how many are due in one minute, so that other letters go between
 * them. `batch`: accounts for each request. `isDry` writes nothing.
 */
export type Options = { limit?: number; perMinute?: number; batch?: number; isDry?: boolean };

/** How many letters were queued, how many accounts have no address for one, and when the last letter is due (UTC). */
export type Invited = { queued: number; unreachable: number; until: string | null };

type Account = { id: string; email: string };

/**
 * Queues for each account that was moved in, and whose address is not proven, one letter: what moved, and a link that proves
 * the address. `users.invited_at` is set by the same statement, so it may be repeated, killed, and run twice at once:
 * no account gets two. The letters of a call are due one after another, after those of earlier calls.
 */
export async function invite(
  at: Date,
  { limit = Number.MAX_SAFE_INTEGER, perMinute = 60, batch = 500, isDry = false }: Options = {},
): Promise<Invited> {
  const total: Invited = { queued: 0, unreachable: 0, until: null };
  for (let after = ""; total.queued < limit; ) {
    const accounts = await selectAccounts(after, batch);
    if (accounts.length === 0) break;
    after = accounts.at(-1)!.id;
    const reachable = accounts.filter(({ email }) => isReachable(email));
    total.unreachable += accounts.length - reachable.length;
    const invited = reachable.slice(0, limit - total.queued);
    if (invited.length === 0) continue;
    if (isDry) total.queued += invited.length;
    else {
      const { queued, until } = await queue(invited, at, 60 / perMinute);
      total.queued += queued;
      total.until = until ?? total.until;
    }
  }
  return total;
}

async function selectAccounts(after: string, limit: number): Promise<Account[]> {
  const rows = await sql`
    select users.id, users.email
      from users
     where users.legacy_id is not null
       and users.invited_at is null
       and not users.email_verified
       and users.id > ${after}
     order by users.id
     limit ${limit}`;
  return rows as Account[];
}

/** Queues letters to accounts that are not invited yet, `seconds` apart. Calls take turns, so that their letters do too. */
async function queue(accounts: Account[], at: Date, seconds: number) {
  const links = accounts.map(() => Token.create());
  const letters = Outbox.enqueueLetters("moved", sql`told`, true);
  const { queued } = await transaction({
    turn: sql`select pg_advisory_xact_lock(hashtext('invite moved accounts'))`,
    queued: sql`
    with start as (
      select greatest(${at}::timestamptz, ${Outbox.lastDue("moved")} + ${seconds} * interval '1 second') as at
    ), given as (
      select given.*,
             row_number() over (order by given.number) - 1 as place
        from unnest(
               ${accounts.map(({ id }) => id)}::text[],
               ${accounts.map(({ email }) => email)}::text[],
               ${links.map(({ id }) => id)}::text[],
               ${links.map(({ token }) => token)}::text[]
             ) with ordinality as given (user_id, email, token_id, token, number)
        join users on users.id = given.user_id and users.invited_at is null
    ), invited as (
      update users
         set invited_at = ${at}
        from given
       where users.id = given.user_id
         and users.email = given.email
         and users.invited_at is null
         and not users.email_verified
      returning users.id, users.email_key
    ), told as (
      select given.user_id as key,
             given.user_id,
             given.email,
             invited.email_key,
             given.token_id,
             timed.due_at,
             timed.due_at + ${linkFor} * interval '1 millisecond' as expires_at,
             ${Moved.countsOf(sql`given.user_id`)}
               || jsonb_build_object(
                    'token', given.token,
                    'expiresAt', to_char(
                      (timed.due_at + ${linkFor} * interval '1 millisecond') at time zone 'utc',
                      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
                  ) as data
        from given
        join invited on invited.id = given.user_id
       cross join start
       cross join lateral (
               select start.at + given.place * ${seconds} * interval '1 second' as due_at
             ) as timed
    ), counted as (${letters.counted}), queued as (${letters.queued} returning messages.due_at), stored as (
      ${Token.storeEach}
    )
    select count(*)::int as queued,
           to_char(max(queued.due_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as until
      from queued`,
  });
  return queued[0] as { queued: number; until: string | null };
}
