import { type Fragment, sql } from "./base/db.ts";

export { forgetPassengers, withoutPassengers } from "./clean/passengers.ts";

/** Conditions on rows, by table, each served by an index. */
type Conditions = Record<string, (at: Date) => Fragment>;

/** The rows that are deleted as of real time: what accounts, mail and leases leave behind. */
const expiredByRealTime: Conditions = {
  api_keys: (at) => sql`api_keys.expires_at <= ${at}::timestamptz`,
  sessions: (at) => sql`sessions.expires_at <= ${at}::timestamptz`,
  passkey_challenges: (at) => sql`passkey_challenges.expires_at <= ${at}::timestamptz`,
  verification_tokens: (at) => sql`verification_tokens.expires_at <= ${at}::timestamptz`,
  idempotency_keys: (at) => sql`idempotency_keys.created_at <= ${at}::timestamptz - interval '24 hours'`,
  account_events: (at) => sql`account_events.at <= ${at}::timestamptz - interval '1 year'`,
  channel_tries: (at) => sql`channel_tries.at <= ${at}::timestamptz - interval '30 days'`,
  mail_events: (at) => sql`mail_events.at <= ${at}::timestamptz - interval '30 days'`,
  messages: (at) => sql`messages.settled_at <= ${at}::timestamptz - interval '30 days'`,
  exports: (at) => sql`exports.expires_at <= ${at}::timestamptz`,
  mailbox_letters: (at) => sql`mailbox_letters.ends_at <= ${at}::timestamptz`,
  seller_events: (at) => sql`seller_events.received_at <= ${at}::timestamptz - interval '30 days'`,
  login_attempts: (at) => sql`login_attempts.ends_at <= ${at}::timestamptz`,
  posts: (at) => sql`posts.state = 'withdrawn' and posts.updated_at <= ${at}::timestamptz - interval '30 days'`,
  flight_claims: (at) => sql`flight_claims.claimed_until <= ${at}::timestamptz - interval '1 hour'`,
};

/** The rows that are deleted as of product time: answers and counts. */
const expiredByProductTime: Conditions = {
  flight_cache: (at) => sql`flight_cache.expires_at <= ${at}::timestamptz - interval '7 days'`,
  provider_days: (at) => sql`provider_days.day <= ${at}::timestamptz::date - interval '13 months'`,
  forecasts: (at) => sql`forecasts.day <= ${at}::timestamptz::date - interval '13 months'`,
  ghost_days: (at) => sql`ghost_days.day <= ${at}::timestamptz::date - interval '13 months'`,
  simulated_orders: (at) => sql`simulated_orders.departs_at <= ${at}::timestamptz - interval '90 days'`,
  search_days: (at) => sql`search_days.day <= ${at}::timestamptz::date - interval '3 years'`,
  search_patterns: (at) => sql`search_patterns.day <= ${at}::timestamptz::date - interval '3 years'`,
  search_routes: (at) => sql`search_routes.starts_on <= ${at}::timestamptz::date - interval '3 years'`,
};

/**
 * `real`: the moment in real time, where that is not `at`. `batch`: rows per statement. No new statement starts after
 * `within` milliseconds; the rest waits for the next run.
 */
export type Options = { real?: Date; batch?: number; within?: number };

/**
 * Deletes, as of `at`, expired sessions, keys, challenges and links, idempotency keys after 24 hours, account events
 * after a year, messages 30 days after they were sent or given up, and the log of webhooks and events of sellers after as
 * long, exports whose link has expired, counts of letters and of logins whose window is over, tips and reviews 30 days after their writers took them back, answers to searches a week after they were fresh, leases of searches after an
 * hour, counts of provider calls and of prices taken back, and forecasts, after 13 months, orders of the simulated market 90 days after departure, and counts of searches after three years. Skips locked rows and
 * leaves them to the next run, so it never waits and may run several times at once.
 * @returns how many rows were deleted, by table
 */
export async function run(
  at: Date,
  { real = at, batch = 1_000, within = 40_000 }: Options = {},
): Promise<Record<string, number>> {
  const until = Date.now() + within;
  const expired = { ...conditionsAt(expiredByRealTime, real), ...conditionsAt(expiredByProductTime, at) };
  const gone = Object.fromEntries(Object.keys(expired).map((table) => [table, 0]));
  for (const [table, condition] of Object.entries(expired)) {
    for (let more = true; more && Date.now() < until; ) {
      const count = await remove(table, condition, batch);
      gone[table] = (gone[table] ?? 0) + count;
      more = count === batch;
    }
  }
  return gone;
}

function conditionsAt(conditions: Conditions, at: Date): Record<string, Fragment> {
  return Object.fromEntries(Object.entries(conditions).map(([table, condition]) => [table, condition(at)]));
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
