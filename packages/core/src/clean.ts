import { type Fragment, sql } from "./base/db.ts";

/** The rows that are deleted, by table: each condition is served by an index. */
const expired: Record<string, (at: Date) => Fragment> = {
  api_keys: (at) => sql`api_keys.expires_at <= ${at}::timestamptz`,
  sessions: (at) => sql`sessions.expires_at <= ${at}::timestamptz`,
  passkey_challenges: (at) => sql`passkey_challenges.expires_at <= ${at}::timestamptz`,
  verification_tokens: (at) => sql`verification_tokens.expires_at <= ${at}::timestamptz`,
  idempotency_keys: (at) => sql`idempotency_keys.created_at <= ${at}::timestamptz - interval '24 hours'`,
  account_events: (at) => sql`account_events.at <= ${at}::timestamptz - interval '1 year'`,
  messages: (at) => sql`messages.settled_at <= ${at}::timestamptz - interval '30 days'`,
  exports: (at) => sql`exports.expires_at <= ${at}::timestamptz`,
  mailbox_letters: (at) => sql`mailbox_letters.ends_at <= ${at}::timestamptz`,
  login_attempts: (at) => sql`login_attempts.ends_at <= ${at}::timestamptz`,
  flight_cache: (at) => sql`flight_cache.expires_at <= ${at}::timestamptz - interval '7 days'`,
  flight_claims: (at) => sql`flight_claims.claimed_until <= ${at}::timestamptz - interval '1 hour'`,
  provider_days: (at) => sql`provider_days.day <= ${at}::timestamptz::date - interval '13 months'`,
  search_days: (at) => sql`search_days.day <= ${at}::timestamptz::date - interval '3 years'`,
  search_patterns: (at) => sql`search_patterns.day <= ${at}::timestamptz::date - interval '3 years'`,
  search_routes: (at) => sql`search_routes.starts_on <= ${at}::timestamptz::date - interval '3 years'`,
};

/**
 * `batch`: rows per statement. No new statement starts after `within` milliseconds; the rest waits for the next run.
 */
export type Options = { batch?: number; within?: number };

/**
 * Deletes, as of `at`, expired sessions, keys, challenges and links, idempotency keys after 24 hours, account events after a year,
 * messages 30 days after they were sent or given up, exports whose link has expired, counts of letters and of logins
 * whose window is over, answers to searches a week after they were fresh, leases of searches after an hour, counts of
 * provider calls after 13 months, and counts of searches after three years. Skips locked rows and leaves them to the
 * next run, so it never waits and may run several times at once.
 * @returns how many rows were deleted, by table
 */
export async function run(at: Date, { batch = 1_000, within = 40_000 }: Options = {}): Promise<Record<string, number>> {
  const until = Date.now() + within;
  const gone = Object.fromEntries(Object.keys(expired).map((table) => [table, 0]));
  for (const [table, condition] of Object.entries(expired)) {
    for (let more = true; more && Date.now() < until; ) {
      const count = await remove(table, condition(at), batch);
      gone[table] = (gone[table] ?? 0) + count;
      more = count === batch;
    }
  }
  return gone;
}

async function remove(table: string, condition: Fragment, batch: number): Promise<number> {
  const name = sql.unsafe(table);
  const [row] = await sql`
    with gone as (
      delete from ${name}
       where ${name}.ctid = any (array(
               select ${name}.ctid
                 from ${name}
                where ${condition}
                limit ${batch}
                  for update skip locked))
      returning 1
    )
    select count(*)::int as count from gone`;
  return Number(row?.count);
}
