import { inOwnRequest, script } from "../../base/cache.ts";
import { isoDay, monthNumber, msPerDay, startOfMonth } from "../../base/day.ts";
import type { Rate } from "../provider.ts";

export type Purpose = "person" | "background";

/** The outcome of a call; `abandoned` when its caller no longer needed the answer. */
export type Outcome =
  | "ok"
  | "partial"
  | "no_results"
  | "provider_error"
  | "rate_limited"
  | "expired"
  | "gone"
  | "abandoned";

/** `count` calls with this outcome; `probe` when it was the one call that an open breaker lets through. */
export type Report = { purpose: Purpose; outcome: Outcome; count: number; probe: boolean; rate?: Rate };

/** What Postgres knows of a provider: the switch, and the month's calls counted in other epochs than `epoch`. */
export type ProviderState = {
  epoch: string;
  enabled: boolean;
  version: number;
  month: number;
  spent: Record<Purpose, number>;
};

/** A month's calls: all of them, those that background calls may be among, and the part of these that is due by now. */
export type Budget = { most: number; spare: number; due: number };

/** A request to one provider's gate: reports first, then how many calls are wanted for which purpose. */
export type Request = {
  name: string;
  budget?: Budget | undefined;
  truth?: ProviderState;
  reports?: Report[];
  asks?: Partial<Record<Purpose, number>>;
  /** Counts that Postgres holds and that no longer change. */
  forget?: string[];
};

/** Why a call is refused: turned off, breaker open, rate exhausted, month used up, or background calls being spread. */
export type RefusalReason = "off" | "broken" | "limited" | "spent" | "slowed";

/** The first `granted` calls may run; the others not before `until` (ms), with `limit` calls allowed then. */
export type Grant = { granted: number; probe: boolean; why?: RefusalReason; until?: number; limit?: number };

/** `missing` when Redis knows nothing of the provider: the request is repeated with the state from Postgres. */
export type Reply = { missing?: true } & Partial<Record<Purpose, Grant>>;

/** The one key with a provider's state: a hash; its times are in ms. */
export const keyOf = (name: string) => `provider:1:${name}`;

/**
 * A breaker opens for `rest` after `failures` failures within `window`, if they are half of its calls; `lease` is the
 * time of a probe.
 */
const breaker = { failures: 5, window: 60_000, rest: 30_000, lease: 30_000 };
/**
 * The share of the rate that is kept for users, and how long a provider rests that reports "too many requests" without
 * a time.
 */
const rate = { share: 0.25, rest: 10_000 };

/**
 * Fields: `on`, `version` · `epoch`, `month` (202611), `base:` and `own:` a purpose (the month's calls of other epochs
 * and of this one), `n:` day `:` purpose `:` outcome · `since`, `calls`, `failures`, `opened` (until when; 0 is
 * closed), `probe`, `failed` (last) · `limit`, `remaining`, `resets` · `paced` (when the next spread call is due).
 */
const gate = script(`
local given = cjson.decode(ARGV[1])
local now, replies = given.now, {}

local function serve(key, want)
  local found, state = redis.call('hgetall', key), {}
  for i = 1, #found, 2 do state[found[i]] = found[i + 1] end
  local function number(field) return tonumber(state[field] or 0) end
  local function put(field, value)
    state[field] = value
    redis.call('hset', key, field, value)
  end
  local function set(field, value) put(field, string.format('%.0f', value)) end
  local function add(field, count) set(field, number(field) + count) end

  local truth = want.truth
  if truth then
    if not state.epoch then put('epoch', truth.epoch) end
    if not state.on or truth.version > number('version') then
      set('version', truth.version)
      set('on', truth.enabled and 1 or 0)
    end
  end
  if not state.epoch then return { missing = true } end
  if number('month') < given.month then
    set('month', given.month)
    for _, field in ipairs({ 'base:person', 'base:background', 'own:person', 'own:background', 'paced' }) do set(field, 0) end
  end
  if truth and truth.epoch == state.epoch and truth.month == number('month') then
    set('base:person', truth.spent.person)
    set('base:background', truth.spent.background)
  end
  for _, field in ipairs(want.forget or {}) do redis.call('hdel', key, field) end

  for _, report in ipairs(want.reports or {}) do
    local outcome, said = report.outcome, report.rate
    add('n:' .. given.day .. ':' .. report.purpose .. ':' .. outcome, report.count)
    local failed = outcome == 'provider_error'
    if failed then set('failed', now) end
    if report.probe then
      set('probe', 0)
      if failed then set('opened', now + given.rest)
      elseif outcome ~= 'abandoned' then set('opened', 0) end
    elseif number('opened') == 0 and outcome ~= 'abandoned' then
      if now - number('since') >= given.window then
        for _, field in ipairs({ 'calls', 'failures' }) do set(field, 0) end
        set('since', now)
      end
      add('calls', report.count)
      if failed then add('failures', report.count) end
    end
    local limited = outcome == 'rate_limited'
    if said and said.resets > now then
      if said.resets > number('resets') then set('remaining', said.remaining)
      else set('remaining', math.min(said.remaining, number('remaining'))) end
      set('limit', said.limit)
      set('resets', math.max(said.resets, number('resets')))
    elseif limited and number('resets') <= now then
      set('limit', 0)
      set('resets', now + given.pause)
    end
    if limited then set('remaining', 0) end
  end
  if number('opened') == 0 and number('failures') >= given.failures and number('failures') * 2 >= number('calls') then
    set('opened', now + given.rest)
    set('failures', 0)
    set('calls', 0)
  end

  local function grant(purpose, count)
    if state.on == '0' then return { granted = 0, probe = false, why = 'off' } end
    local background = purpose == 'background'
    local most, probe, spread, why, till, limit = count, false, false, nil, nil, nil
    local function bound(left, reason, moment, of)
      if left < most then most, why, till, limit = math.max(0, math.floor(left)), reason, moment, of end
    end
    local opened = math.max(number('opened'), number('probe'))
    if number('opened') > 0 then
      if opened > now then bound(0, 'broken', opened, 0)
      else
        probe = true
        bound(1, 'broken', now + given.lease, 0)
      end
    end
    if number('resets') > now then
      local kept = background and math.ceil(number('limit') * given.share) or 0
      bound(number('remaining') - kept, 'limited', number('resets'), number('limit'))
    end
    local budget = want.budget
    if budget then
      local spent = number('base:person') + number('own:person') + number('base:background') + number('own:background')
      if background then
        bound(budget.spare - spent, 'spent', given.ends, budget.spare)
        local due = math.max(0, budget.due - spent)
        if math.floor(due) < most then
          spread = number('paced') <= now
          bound(math.floor(due) + (spread and 1 or 0), 'slowed', number('paced'), budget.spare)
          if spread then
            till = now + (given.ends - now) / math.max(1, budget.spare - spent - most)
            set('paced', till)
          end
        end
      else
        bound(budget.most - spent, 'spent', given.ends, budget.most)
      end
    end
    if most > 0 then
      if probe then set('probe', now + given.lease) end
      if number('resets') > now then add('remaining', -most) end
      add('own:' .. purpose, most)
      add('n:' .. given.day .. ':' .. purpose .. ':asked', most)
    end
    return { granted = most, probe = probe, why = why, ['until'] = till, limit = limit }
  end

  local reply, asks = { served = true }, want.asks or {}
  for _, purpose in ipairs({ 'person', 'background' }) do
    if (asks[purpose] or 0) > 0 then reply[purpose] = grant(purpose, asks[purpose]) end
  end
  return reply
end

for i, key in ipairs(KEYS) do replies[i] = serve(key, given.wants[i]) end
return cjson.encode(replies)`);

/** Reports to and asks the gates of several providers at `now`, all or nothing, in one request to Redis. */
export async function runGate(wants: Request[], now: Date): Promise<Reply[]> {
  const time = now.getTime();
  const told = wants.map(({ name: _, reports = [], ...want }) => ({
    ...want,
    reports: reports.map(({ rate: said, ...report }) => ({
      ...report,
      ...(said ? { rate: { ...said, resets: Date.parse(said.resetsAt) } } : {}),
    })),
  }));
  const given = {
    ...{ now: time, day: isoDay(now), month: monthNumber(now), ends: monthEnd(now), wants: told },
    ...{ ...breaker, share: rate.share, pause: rate.rest },
  };
  const keys = wants.map(({ name }) => keyOf(name));
  return JSON.parse(await inOwnRequest((questions) => questions.run<string>(gate, keys, [JSON.stringify(given)])));
}

export const monthEnd = (moment: Date) => startOfMonth(moment, 1);

/** Four fifths may go to background calls, up to one day's share ahead of the calendar; beyond that they are spread. */
export function budgetAt(calls: number, now: Date): Budget {
  const [start, end] = [startOfMonth(now), monthEnd(now)];
  const spare = Math.floor(calls * 0.8);
  const passed = Math.min(1, (now.getTime() - start + msPerDay) / (end - start));
  return { most: calls, spare, due: Math.floor(spare * passed) };
}
