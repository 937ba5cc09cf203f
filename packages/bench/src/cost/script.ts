import { createHash } from "node:crypto";

// Counts the commands that Lua scripts run, which Upstash bills like others: each script is sent inside one that counts
// its calls and returns their number beside its result. What a script takes from Redis's clock (the ids of a stream) is
// given to it from the simulated one.

const known = new Map<string, string>();
let entries = 0;

export type Command = (string | number)[];

/** The command to send in place of `command`, and whether its reply has a count beside the result. */
export function counted([name = "", first = "", ...rest]: Command, now: number): { sent: Command; isCounted: boolean } {
  const kind = String(name).toLowerCase();
  const text = kind === "eval" ? String(first) : kind === "evalsha" ? known.get(String(first)) : undefined;
  if (text === undefined) return { sent: [name, first, ...rest], isCounted: false };
  if (kind === "eval") known.set(createHash("sha1").update(text).digest("hex"), text);
  return { sent: ["eval", around(text, now), ...rest], isCounted: true };
}

function around(text: string, now: number): string {
  const [head, body] = /^#!/.test(text)
    ? [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n"))]
    : ["", text];
  const timed = /xadd/.test(body) ? body.replace("'*'", `'${Math.floor(now)}-${++entries}'`) : body;
  return `${head}
    local calls, real = 0, redis
    local redis = {}
    for name, value in pairs(real) do redis[name] = value end
    redis.call = function(...) calls = calls + 1 return real.call(...) end
    redis.pcall = function(...) calls = calls + 1 return real.pcall(...) end
    local function run()
      ${timed}
    end
    local result = run()
    return { calls, result }`;
}

/** The reply as the product expects it, and how many commands the script ran. */
export function uncounted(reply: unknown): { result: unknown; calls: number } {
  const [calls = 0, result = null] = reply as [number?, unknown?];
  return { result, calls: Number(calls) };
}
