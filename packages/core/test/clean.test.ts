import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Clean from "../src/clean.ts";
import * as a from "./support/factory.ts";

const now = new Date();
const none = {
  api_keys: 0,
  sessions: 0,
  passkey_challenges: 0,
  verification_tokens: 0,
  idempotency_keys: 0,
  account_events: 0,
  messages: 0,
  channel_tries: 0,
  mail_events: 0,
  seller_events: 0,
  simulated_orders: 0,
  exports: 0,
  mailbox_letters: 0,
  login_attempts: 0,
  flight_cache: 0,
  flight_claims: 0,
  posts: 0,
};
/** Counts are deleted by their day, so they are not deleted to the millisecond. */
const noCounts = {
  forecasts: 0,
  ghost_days: 0,
  provider_days: 0,
  search_days: 0,
  search_patterns: 0,
  search_routes: 0,
};
const all = (count: number) => ({
  ...Object.fromEntries(Object.keys(none).map((table) => [table, count])),
  ...noCounts,
});

/** One row in each table whose retention ends at `end`, in milliseconds from now; days are the retention. */
async function rows(userId: string, end: number) {
  const at = (days: number) => new Date(now.getTime() + end - days * 86_400_000);
  const id = newId("usr");
  const hash = Buffer.from(id).toString("hex").padEnd(64, "0").slice(-64);
  const [year] = await sql`select ${at(0)}::timestamptz - interval '1 year' as "ago"`;
  await sql.transaction([
    sql`insert into sessions (id, user_id, expires_at) values (${hash}, ${userId}, ${at(0)})`,
    sql`insert into passkey_challenges (id, expires_at) values (${hash}, ${at(0)})`,
    sql`
      insert into api_keys (id, user_id, hash, start, name, scopes, expires_at)
      values (${id}, ${userId}, ${hash}, 'tck_Ab12', 'one', '{read}', ${at(0)})`,
    sql`
      insert into verification_tokens (id, user_id, purpose, email, email_key, expires_at)
      values (${hash}, ${userId}, 'verify', 'a@example.com', 'a@example.com', ${at(0)})`,
    sql`
      insert into idempotency_keys (user_id, key, request_hash, resource_id, claimed_until, created_at)
      values (${userId}, ${id}, 'hash', 'wch_1', now(), ${at(1)})`,
    sql`
      insert into posts (id, kind, place, user_id, state, language, body, created_at, updated_at)
      values (${id}, 'tip', 'BCN', ${userId}, 'withdrawn', 'en', 'A tip that was taken back.', ${at(31)}, ${at(30)})`,
    sql`insert into account_events (id, user_id, event, at) values (${id}, ${userId}, 'login', ${year?.ago})`,
    sql`
      insert into messages (id, user_id, kind, status, settled_at)
      values (${id}, ${userId}, 'verify', 'sent', ${at(30)})`,
    sql`
      insert into channel_tries (id, channel_id, at, outcome, milliseconds)
      select ${id}, channels.id, ${at(30)}, 'sent', 5
        from channels
       where channels.user_id = ${userId}`,
    sql`
      insert into mail_events (id, channel_id, kind, at)
      select ${id}, channels.id, 'delayed', ${at(30)}
        from channels
       where channels.user_id = ${userId}`,
    sql`
      insert into simulated_orders (id, reference, created_at, total, currency, metadata, seats, departs_at)
      values (${id}, 'ABC234', ${at(90)}, 1, 'GBP', '{}', 1, ${at(90)})`,
    sql`insert into seller_events (seller, event, received_at) values ('stripe', ${id}, ${at(30)})`,
    sql`
      insert into exports (id, user_id, content, token_hash, expires_at)
      values (${id}, ${userId}, '{}', ${hash}, ${at(0)})`,
    sql`insert into mailbox_letters (kind, mailbox, letters, ends_at) values ('verify', ${hash}, 1, ${at(0)})`,
    sql`insert into login_attempts (key, attempts, ends_at) values (${id}, 1, ${at(0)})`,
    sql`
      insert into flight_cache
             (id, search_params_hash, origin_code, destination_code, departure_date, results, expires_at)
      values (${id}, ${id}, 'STN', 'BGY', '2027-01-01', '{}', ${at(7)})`,
    sql`insert into flight_claims (search_params_hash, token, claimed_until) values (${id}, 'token', ${at(1 / 24)})`,
  ]);
}

test("expired rows are deleted, to the millisecond, and others are not", async () => {
  const userId = await a.user();
  await Clean.run(now);
  await rows(userId, 0);
  await rows(userId, 1);
  expect(await Clean.run(now)).toEqual(all(1));
  expect(await Clean.run(now)).toEqual(all(0));
  expect(await Clean.run(new Date(now.getTime() + 1))).toEqual(all(1));
});

test("batches run several at once without deleting twice, and skip locked rows", async () => {
  const userId = await a.user();
  for (let count = 0; count < 7; count++) await rows(userId, 0);
  const reports = await Promise.all([1, 2, 3].map(() => Clean.run(now, { batch: 2 })));
  for (const table of Object.keys(none)) {
    expect(reports.reduce((sum, report) => sum + (report[table] ?? 0), 0)).toBe(7);
  }
  await rows(userId, 0);
  expect(await Clean.run(now, { within: 0 })).toEqual(all(0));
  const hold = sql.transaction([
    sql`select from messages where messages.status = 'sent' for update`,
    sql`select pg_sleep(1)`,
  ]);
  await sql`
    do $$ begin while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
  expect(await Clean.run(now)).toMatchObject({ sessions: 1, messages: 0 });
  await hold;
  expect(await Clean.run(now)).toEqual({ ...all(0), messages: 1 });
});

test("waiting mail and exports under way are not touched", async () => {
  const userId = await a.user();
  await sql`insert into exports (id, user_id) values (${newId("exp")}, ${userId})`;
  await Clean.run(new Date(now.getTime() + 20 * 365 * 86_400_000));
  expect(await a.mail(userId)).toMatchObject([{ kind: "verify" }]);
  expect(await sql`select from exports where exports.user_id = ${userId}`).toHaveLength(1);
});

test("counts are deleted by their day: calls after 13 months, searches after three years", async () => {
  const at = new Date("2026-05-15T12:00:00Z");
  const calls = (day: string) => sql`
    insert into provider_days (provider, day, purpose, outcome, epoch, calls)
    values ('p', ${day}, 'person', 'ok', 'e', 1)`;
  const searches = (day: string) => [
    sql`insert into search_days (day, provider, status, freshness, searches, results) values (${day}, 'p', 'ok', 'fresh', 1, 1)`,
    sql`insert into search_patterns (day, pattern, at_least, searches) values (${day}, 'party', 1, 1)`,
    sql`
      insert into search_routes (period, starts_on, origin_code, destination_code, searches, results, people)
      values ('day', ${day}, 'STN', 'BGY', 1, 1, 0)`,
  ];
  await sql.transaction([calls("2025-04-15"), calls("2025-04-16")]);
  await sql.transaction([...searches("2023-05-15"), ...searches("2023-05-16")]);
  const counts = { provider_days: 1, search_days: 1, search_patterns: 1, search_routes: 1 };
  expect(await Clean.run(at)).toMatchObject(counts);
  expect(await Clean.run(at)).toMatchObject(noCounts);
});

test("what accounts leave behind is kept by real time, answers and counts by product time", async () => {
  const userId = await a.user();
  await Clean.run(now);
  await rows(userId, 1);
  const nextYear = new Date(now.getTime() + 366 * 86_400_000);
  expect(await Clean.run(nextYear, { real: now })).toEqual({ ...all(0), flight_cache: 1, simulated_orders: 1 });
  const { idempotency_keys, exports, flight_claims, flight_cache } = await Clean.run(now, { real: nextYear });
  expect([idempotency_keys, exports, flight_claims, flight_cache]).toEqual([1, 1, 1, 0]);
});
