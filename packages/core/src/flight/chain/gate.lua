-- The gates of several providers: takes their reports, then answers how many calls each may make. `given` is what
-- `runGate` in script.ts sends.
--
-- The last key is the hash with the day's calls of each payer, for two days. The others are providers: the state of
-- each is one hash. Its fields:
--   on, version                              the switch, and the version of it that Postgres holds
--   epoch, month                             a name for this hash's counts; the month they are of (202611)
--   base:<purpose>, own:<purpose>            the month's calls of other epochs, and of this one
--   n:<day>:<purpose>:<outcome>              a day's calls
--   since, calls, failures, opened           the breaker: its window, and until when it is open (0 is closed)
--   probe, failed                            until when a probe may run; when a call last failed
--   limit, remaining, resets                 the provider's own rate
--   used:<purpose>                           the calls of each purpose in the rate's window
--   paced                                    when the next spread call is due
--   lives                                    the day on which the hash's end was last put off
--   written                                  a day and the sum of its calls, as they were last written to Postgres
-- Times are in ms. Redis is paid by the command: each hash is read by one and written by one.

local given = cjson.decode(ARGV[1])
local now, replies, calls = given.now, {}, KEYS[#KEYS]
local two_days = 2 * 24 * 3600

-- The calls of today of the payers who ask now; those that are granted here; and whether one of them had none before.
local made, granted, payers, new = {}, {}, {}, false
for _, want in ipairs(given.wants) do
  for _, ask in ipairs(want.asks or {}) do
    if ask.payer and not made[ask.payer] then
      made[ask.payer] = 0
      payers[#payers + 1] = ask.payer
    end
  end
end
if #payers > 0 then
  for i, count in ipairs(redis.call('hmget', calls, unpack(payers))) do
    made[payers[i]] = tonumber(count or 0) or 0
  end
end

local function write(key, fields)
  local list = {}
  for field, value in pairs(fields) do
    list[#list + 1] = field
    list[#list + 1] = value
  end
  if #list > 0 then redis.call('hset', key, unpack(list)) end
end

local function serve(key, want)
  local found, state = redis.pcall('hgetall', key), {}
  if found.err and string.find(found.err, 'WRONGTYPE', 1, true) then
    redis.call('del', key)
    found = {}
  end
  if found.err then error(found.err) end
  for i = 1, #found, 2 do state[found[i]] = found[i + 1] end
  -- A hash that cannot be read is lost: it begins anew with what Postgres knows.
  for field, value in pairs(state) do
    if field ~= 'epoch' and field ~= 'written' and not tonumber(value) then
      redis.call('del', key)
      state = {}
      break
    end
  end
  local function number(field) return tonumber(state[field] or 0) end
  local changed = {}
  local function put(field, value)
    state[field] = value
    changed[field] = value
  end
  local function set(field, value) put(field, string.format('%.0f', value)) end
  local function add(field, count) set(field, number(field) + count) end

  local truth = want.truth
  -- A hash that was lost begins under a new name alone: the calls of the old one are spent, and no truth that leaves them
  -- out may give them again.
  if not state.epoch and not (truth and truth.fresh) then return { missing = true } end
  if truth then
    if not state.epoch and truth.fresh then put('epoch', truth.epoch) end
    if not state.on or truth.version > number('version') then
      set('version', truth.version)
      set('on', truth.enabled and 1 or 0)
    end
  end
  if number('month') < given.month then
    set('month', given.month)
    for _, field in ipairs({ 'base:person', 'base:background', 'own:person', 'own:background', 'paced' }) do set(field, 0) end
  end
  if truth and truth.epoch == state.epoch and truth.month == number('month') then
    set('base:person', truth.spent.person)
    set('base:background', truth.spent.background)
  end
  if want.written then put('written', want.written) end
  if want.forget and #want.forget > 0 then redis.call('hdel', key, unpack(want.forget)) end

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
      if said.resets > number('resets') then
        set('remaining', said.remaining)
        set('used:person', 0)
        set('used:background', 0)
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

  local function grant(ask)
    local purpose, count = ask.purpose, ask.count
    if state.on == '0' then return { granted = 0, probe = false, why = 'off' } end
    local background = purpose == 'background'
    local confirms = background and ask.confirms
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
      -- What is kept for the other purpose, less what that has used of it already.
      local other = background and 'used:person' or 'used:background'
      local kept = math.max(0, math.ceil(number('limit') * given.share) - number(other))
      -- The searches before it may have used up what is for watches.
      if confirms then kept = math.floor(kept / 2) end
      bound(number('remaining') - kept, 'limited', number('resets'), number('limit'))
    end
    if ask.payer then
      bound(ask.most - made[ask.payer], 'share', given.dayEnds, ask.most)
    end
    local budget = want.budget
    if budget then
      local share, spent = budget[purpose], number('base:' .. purpose) + number('own:' .. purpose)
      bound(share - spent, 'spent', given.ends, share)
      if background and not confirms then
        local due = math.max(0, budget.due - spent)
        if math.floor(due) < most then
          spread = number('paced') <= now
          bound(math.floor(due) + (spread and 1 or 0), 'slowed', number('paced'), share)
          if spread then
            till = now + (given.ends - now) / math.max(1, share - spent - most)
            set('paced', till)
          end
        end
      end
    end
    if most > 0 then
      if ask.payer then
        new = new or made[ask.payer] == 0
        made[ask.payer] = made[ask.payer] + most
        granted[ask.payer] = made[ask.payer]
      end
      if probe then set('probe', now + given.lease) end
      if number('resets') > now then
        add('remaining', -most)
        add('used:' .. purpose, most)
      end
      add('own:' .. purpose, most)
      add('n:' .. given.day .. ':' .. purpose .. ':asked', most)
    end
    return { granted = most, probe = probe, why = why, ['until'] = till, limit = limit }
  end

  local reply = { served = true, grants = {} }
  for i, ask in ipairs(want.asks or {}) do reply.grants[i] = grant(ask) end
  local today = math.floor(now / (24 * 3600 * 1000))
  local is_new_day = number('lives') ~= today
  if is_new_day then set('lives', today) end
  write(key, changed)
  if is_new_day then redis.call('expire', key, given.kept) end
  return reply
end

for i, want in ipairs(given.wants) do replies[i] = serve(KEYS[i], want) end
write(calls, granted)
if new then redis.call('expire', calls, two_days) end
return cjson.encode(replies)
