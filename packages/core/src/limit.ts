import { createHash } from "node:crypto";
import { addressKey } from "./audit.ts";
import { type Batch, type Count, orFallback } from "./base/cache.ts";
import { sql } from "./base/db.ts";
import { Problem } from "./base/error.ts";

/** A number of requests in a number of seconds. */
type Quota = readonly [requests: number, seconds: number];
type Quotas = { address?: Quota; account?: Quota; key?: Quota };
const minute = 60;
const hour = 60 * minute;

/**
 * The limits per network address, per account and per key. An account is a user's id, or, without a session, the e-mail
 * address that was given, whether or not an account has it. Requests with a key count for the key, and for all keys of
 * the account together (`programs`, with the account's quota), but not for the account, so that a program does not lock
 * its owner out, and many keys get no more than one account does. A `strict` rule counts in Postgres when Redis is unreachable; with
 * any other rule every request then passes.
 */
const rules = {
  general: { strict: false, address: [600, minute], account: [300, minute], key: [150, minute] },
  search: { strict: false, address: [60, minute], account: [60, minute], key: [30, minute] },
  /** Its provider calls are limited by account and address beside it. */
  calendar: { strict: false, address: [60, minute], account: [60, minute], key: [30, minute] },
  /** One request to Redis and one to Postgres, which reads the roll-up alone. */
  insight: { strict: false, address: [120, minute], account: [120, minute], key: [60, minute] },
  /** Each replays up to 50,000 checks. */
  decisions: { strict: false, address: [60, minute], account: [60, minute], key: [30, minute] },
  simulation: { strict: false, address: [60, minute], account: [60, minute], key: [30, minute] },
  /** Links in messages, used or looked at without a session. */
  links: { strict: false, address: [120, minute] },
  /** Cards that are begun to be added: so few that stolen numbers cannot be tried here. */
  cards: { strict: true, address: [40, hour], account: [20, hour] },
  /** Keys that are made. */
  keys: { strict: true, address: [20, hour], account: [10, hour] },
  /** Texts that people write about places, and changes of them. */
  posts: { strict: true, address: [40, hour], account: [10, hour] },
  votes: { strict: false, address: [400, hour], account: [100, hour] },
  /** Reports of texts, and requests for a second decision. */
  reports: { strict: true, address: [60, hour], account: [20, hour] },
  signup: { strict: true, address: [20, hour], account: [5, hour] },
  /** Sign-ups with a field at fault (422), so that these use up no sign-ups of others at the same address. */
  invalid: { strict: true, address: [60, hour] },
  login: { strict: true, address: [60, 15 * minute], account: [10, 15 * minute] },
  /** The login limit for a browser from which this account was signed in to before, independent of all other tries. */
  known: { strict: true, account: [10, 15 * minute] },
  /** Codes of an app or recovery codes at the second step of a sign-in; a known browser has the limit above. */
  code: { strict: true, account: [10, hour] },
  /** Challenges for passkeys, to sign in. */
  challenge: { strict: true, address: [60, 15 * minute] },
  reset: { strict: true, address: [20, hour], account: [5, hour] },
  /** Requests to send the link of a sign-up again: they use up no resets. */
  resend: { strict: true, address: [20, hour], account: [5, hour] },
  /**
   * Requests for a reset, which anyone can make for any mailbox. The number of letters is limited in `outbox/quota.ts`, in
   * windows of 30 minutes as here: a mailbox for which no more may be asked has had links that worked all that time.
   */
  forgotten: { strict: true, address: [20, hour], account: [10, 30 * minute] },
} as const satisfies Record<string, { strict: boolean } & Quotas>;
export type Rule = keyof typeof rules;

/** The caller's network address, its account (user id or e-mail), and the key that a program sent. */
export type Caller = { address?: string | undefined; account?: string | undefined; key?: string | undefined };

/** How far one of a rule's limits is used up; `name` is `rule-address`, `-account`, `-programs` or `-key`. */
export type Usage = Count & { name: string };

/**
 * Counts a request as `cost` of them; `batch` is sent by the caller. Resolves to the usage of each limit, and to none where Redis does
 * not answer and the rule is not strict.
 */
export async function count(batch: Batch, rule: Rule, who: Caller, cost = 1): Promise<Usage[]> {
  const limits = limitsOf(rule, who);
  const uses = await ask(batch, rule, limits, cost);
  remember(limits, uses, cost);
  return uses;
}

async function ask(batch: Batch, rule: Rule, limits: Limit[], cost: number): Promise<Usage[]> {
  const counts = await orFallback(
    Promise.all(limits.map(({ key, quota: [requests, seconds] }) => batch.count(key, requests, seconds, cost))),
    undefined,
  );
  if (counts) return limits.flatMap(({ name }, index) => ({ name, ...(counts[index] as Count) }));
  return rules[rule].strict ? inPostgres(limits, cost) : [];
}

/** For how long a refusal is repeated without asking Redis (ms): never longer than `Retry-After` says. */
const repeatMs = 1_000;
const mostRefusals = 10_000;
/** What this process refused lately: the usage by the limit's key, and the cost that it had no room for. */
const refusals = new Map<string, { usage: Usage; cost: number; until: number }>();
/** When the newest of them ends: from then on no request looks for its own. */
let newestEnds = 0;

function remember(limits: Limit[], uses: Usage[], cost: number): void {
  for (const usage of uses) {
    if (usage.allowed) continue;
    const { key } = limits.find(({ name }) => name === usage.name)!;
    if (refusals.size >= mostRefusals) refusals.clear();
    newestEnds = Date.now() + repeatMs;
    refusals.set(key, { usage, cost, until: newestEnds });
  }
}

/**
 * The limits of a request that had no room for one like it within the last second: a caller past its limit then costs
 * Redis nothing.
 */
export function refusedLately(rule: Rule, who: Caller, cost = 1): Usage[] {
  const now = Date.now();
  if (now >= newestEnds) {
    refusals.clear();
    return [];
  }
  return limitsOf(rule, who).flatMap(({ key }) => {
    const known = refusals.get(key);
    return known && known.until > now && cost >= known.cost ? known.usage : [];
  });
}

/** @throws Problem `limit.reached` when one of them is used up */
export function enforce(uses: Usage[]): void {
  const refused = uses.filter(({ allowed }) => !allowed);
  if (refused.length === 0) return;
  const retryAfter = Math.max(...refused.map(({ reset }) => reset));
  throw new Problem("limit", "limit.reached", "That was too often. Please wait a little.", { retryAfter });
}

/**
 * Returns whether `device`, the id of an earlier session that its browser kept, signed in to the account with this
 * address, or with this id, within the year: then it has a limit of its own, which the tries of others cannot use up.
 */
export async function isKnownDevice(device: string, account: string): Promise<boolean> {
  const rows = await sql`
    select
      from account_events
      join users on users.id = account_events.user_id
     where (users.email_key = ${account} or users.id = ${account})
       and account_events.session_id = ${device}
       and account_events.event in ('signup', 'login')
     limit 1`;
  return rows.length > 0;
}

type Limit = { name: string; key: string; quota: Quota };

function limitsOf(rule: Rule, { address, account, key }: Caller): Limit[] {
  const own: Quotas = rules[rule];
  const quotas = { ...own, programs: own.account };
  const where = address === undefined ? undefined : addressKey(address);
  const who = { address: where, ...(key === undefined ? { account } : { programs: account, key }) };
  return (["address", "account", "programs", "key"] as const).flatMap((kind) => {
    const [quota, one] = [quotas[kind], (who as Partial<Record<typeof kind, string>>)[kind]];
    if (quota === undefined || one === undefined) return [];
    const name = `${rule}-${kind}`;
    return { name, key: `${name}:${hash(one)}`, quota };
  });
}

const hash = (text: string) => createHash("sha256").update(text).digest("base64url");

/** What a network address is counted by; it does not tell the address. */
export const addressHash = (address: string) => hash(addressKey(address));

/**
 * Counts in fixed windows in Postgres, one statement for all; keys are in order, so that two requests cannot deadlock.
 */
async function inPostgres(limits: Limit[], cost: number): Promise<Usage[]> {
  const rows = (await sql`
    insert into login_attempts (key, attempts, ends_at)
    select asked.key, ${cost}::int, now() + asked.seconds * interval '1 second'
      from unnest(${limits.map(({ key }) => key)}::text[], ${limits.map(({ quota }) => quota[1])}::int[])
        as asked (key, seconds)
     order by asked.key
    on conflict (key) do update
       set attempts = case when login_attempts.ends_at > now() then login_attempts.attempts + ${cost}::int else ${cost}::int end,
           ends_at = case when login_attempts.ends_at > now() then login_attempts.ends_at else excluded.ends_at end
    returning login_attempts.key, login_attempts.attempts,
              ceil(extract(epoch from login_attempts.ends_at - now()))::int as "reset"`) as Attempts[];
  return limits.map(({ name, key, quota: [quota, window] }) => {
    const { attempts, reset } = rows.find((row) => row.key === key) as Attempts;
    return { name, allowed: attempts <= quota, quota, window, remaining: Math.max(0, quota - attempts), reset };
  });
}

type Attempts = { key: string; attempts: number; reset: number };
