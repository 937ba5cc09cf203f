import { type Script, script } from "./script.ts";

/** A key may make `quota` requests in a sliding window of `window` seconds; this one counts as `cost` of them. */
export type Limit = { key: string; quota: number; window: number; cost: number };

/** A script that runs only when no limit refuses. */
export type Step = { script: Script; keys: string[]; args: (string | number)[] };

/**
 * How many of its `quota` requests in `window` seconds a key has left, and a number of seconds: after which a window
 * begins, or, where the request was refused, after which one like it is allowed, if the key sends no other meanwhile.
 */
export type Count = { allowed: boolean; quota: number; window: number; remaining: number; reset: number };

/** Whether the request passed, with the usage of each limit, and each step's failure or value; none where it did not. */
type Outcome = { counts: Count[]; outcomes: [failure: string, value?: unknown][] };

/**
 * Of two fixed windows, the last one counts by the part of it that the sliding window still covers, rounded up: a window
 * that ends lets no request more through. All limits are read before one is counted, so that a refused request is
 * counted by none. A refused request is allowed as soon as the last window counts little enough, or, where this window
 * alone is too full, as soon as this one does as the last.
 */
const head = `
  local given = cjson.decode(ARGV[1])
  local refused, usages = false, {}
  local counts = redis.call('mget', unpack(KEYS, 1, 2 * #given.limits))
  for index, limit in ipairs(given.limits) do
    local quota, ms = limit[1], limit[2] * 1000
    local left = ms - given.now % ms
    local last, this = tonumber(counts[2 * index - 1] or 0), tonumber(counts[2 * index] or 0)
    local used, room = math.ceil(left * last / ms) + this, math.max(0, quota - limit[3])
    local fits, wait = used + limit[3] <= quota, left
    if not fits then
      refused = true
      if this <= room then wait = left - ms * (room - this) / last else wait = left + ms - ms * room / this end
    end
    usages[index] = { fits and 1 or 0, math.max(0, quota - used), math.ceil(wait) }
  end
  if refused then return { usages } end
  for index, limit in ipairs(given.limits) do
    local key = KEYS[2 * index]
    if counts[2 * index] then redis.call('incrby', key, limit[3])
    else redis.call('set', key, limit[3], 'px', 2000 * limit[2]) end
    usages[index][2] = usages[index][2] - limit[3]
  end`;

const tail = `
  local outcomes, at, from = {}, 2 * #given.limits, 1
  for index, step in ipairs(steps) do
    local counts = given.steps[index]
    local ok, value = pcall(step, { unpack(KEYS, at + 1, at + counts[1]) }, { unpack(ARGV, from + 1, from + counts[2]) })
    at, from = at + counts[1], from + counts[2]
    if ok then outcomes[index] = { '', value }
    else outcomes[index] = { type(value) == 'table' and value.err or tostring(value) } end
  end
  return { usages, outcomes }`;

/** The script for each sequence of steps: the API has a handful of them. */
const known = new Map<string, Script>();

function scriptFor(steps: Step[]): Script {
  const name = steps.map((step) => step.script.sha).join();
  const found = known.get(name) ?? script(`${head}\n  local steps = {${steps.map(toFunction).join(",")}}${tail}`);
  known.set(name, found);
  return found;
}

/** Inside the function, `KEYS` and `ARGV` are the step's own. */
const toFunction = (step: Step) => `function(KEYS, ARGV)\n${step.script.lua}\nend`;

/**
 * Makes one script of limits and steps, which is all or nothing: when one limit refuses, none counts the request and no
 * step runs. A step that fails leaves the others as they are. `now` is in milliseconds; `read` reads the reply.
 */
export function guard(limits: Limit[], steps: Step[], now: number) {
  const current = ({ window }: Limit) => Math.floor(now / (window * 1_000));
  const windows = limits.flatMap((limit) => [-1, 0].map((step) => `limit:${limit.key}:${current(limit) + step}`));
  const given = {
    now,
    limits: limits.map(({ quota, window, cost }) => [quota, window, cost]),
    steps: steps.map(({ keys, args }) => [keys.length, args.length]),
  };
  return {
    script: scriptFor(steps),
    keys: [...windows, ...steps.flatMap(({ keys }) => keys)],
    args: [JSON.stringify(given), ...steps.flatMap(({ args }) => args)],
    read(reply: unknown[]): Outcome {
      const [usages, outcomes = []] = reply as [[number, number, number][], Outcome["outcomes"]?];
      const counts = limits.map(({ quota, window }, index): Count => {
        const [allowed, remaining, wait] = usages[index] as [number, number, number];
        return { allowed: allowed === 1, quota, window, remaining, reset: Math.max(1, Math.ceil(wait / 1_000)) };
      });
      return { counts, outcomes };
    },
  };
}
