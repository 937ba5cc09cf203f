import { env } from "@travel-conductor/core/base/env";
import { counted, direct } from "@travel-conductor/local/testing";
import { Ratelimit } from "@upstash/ratelimit";
import { Redis as Upstash } from "@upstash/redis";
import { Redis } from "ioredis";
import { afterAll, beforeEach, expect, test } from "vitest";

const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env;
const plain = { url, token, automaticDeserialization: false, enableAutoPipelining: false, retry: { retries: 0 } };
const redis = new Upstash({ ...plain, responseEncoding: false });
const encoded = new Upstash(plain);
const server = new Redis(direct.redis);
beforeEach(async () => {
  await server.flushall();
});
afterAll(() => server.disconnect());

/** Each sequence starts with an empty Redis; its last reply is compared. */
const samples: string[][][] = [
  [["SET", "a", "1"]],
  [
    ["SET", "a", "ü€😀\n\0"],
    ["GET", "a"],
  ],
  [
    ["SET", "a", "OK"],
    ["GET", "a"],
  ],
  [["GET", "a"]],
  [
    ["SET", "a", "1", "NX", "EX", "10"],
    ["SET", "a", "2", "NX"],
  ],
  [
    ["SET", "a", "5"],
    ["INCRBY", "a", "-7"],
  ],
  [
    ["SET", "a", "x"],
    ["INCR", "a"],
  ],
  [
    ["MSET", "a", "1", "b", "two"],
    ["MGET", "a", "b", "c"],
  ],
  [
    ["HSET", "a", "f", "1", "g", "ü"],
    ["HGETALL", "a"],
  ],
  [
    ["RPUSH", "a", "x", "y"],
    ["LRANGE", "a", "0", "-1"],
  ],
  [
    ["ZADD", "a", "1.5", "x", "2", "y"],
    ["ZRANGE", "a", "0", "-1", "WITHSCORES"],
  ],
  [
    ["SADD", "a", "x"],
    ["SMEMBERS", "a"],
  ],
  [["PING"]],
  [["EXISTS", "a"]],
  [["TYPE", "a"]],
  [
    ["LPUSH", "a", "x"],
    ["GET", "a"],
  ],
  [["GET"]],
  [["NOSUCH", "a"]],
  [["EVAL", "return {1, 'two', {'three', false}, redis.call('SET', KEYS[1], ARGV[1])}", "1", "a", "b"]],
  [["EVAL", "return redis.error_reply('ERR of its own')", "0"]],
  [["EVAL", "return ARGV[1]", "0", "ü"]],
];

test.each(samples.map((sample) => [sample]))("returns the same reply as the server: %j", async (sample) => {
  const expected = await last(sample, ([name, ...args]) => server.call(name!, ...args));
  await server.flushall();
  expect(await last(sample, (command) => redis.exec(command as [string]))).toEqual(expected);
  await server.flushall();
  expect(await last(sample, (command) => encoded.exec(command as [string]))).toEqual(expected);
});

async function last(commands: string[][], send: (command: string[]) => Promise<unknown>): Promise<unknown> {
  let reply: unknown;
  for (const command of commands) reply = await send(command).catch(faultOf);
  return reply;
}

/** Returns the server's message without the command that the client adds. */
function faultOf(error: Error): string {
  return error.message.split(", command was:")[0]!;
}

test("answers a pipeline in one request, replies and errors in order", async () => {
  const requests = await counted(async () => {
    const pipeline = redis.pipeline().set("a", "x").incr("a").get("a").exec({ keepErrors: true });
    expect((await pipeline).map((each) => each.error ?? each.result)).toEqual([
      "OK",
      expect.stringContaining("ERR"),
      "x",
    ]);
  });
  expect(requests).toEqual({ postgres: 0, redis: 1 });
});

test("runs no other command between those of a transaction", async () => {
  const raise = () => redis.multi().get("a").incr("a").get("a").exec<[string | null, number, string]>();
  const all = await Promise.all(Array.from({ length: 50 }, raise));
  for (const [before, raised, after] of all) expect([Number(before), Number(after)]).toEqual([raised - 1, raised]);
  expect(await server.get("a")).toBe("50");
});

test("refuses a transaction with a command that does not exist", async () => {
  await expect(redis.multi().set("a", "1").exec()).resolves.toEqual(["OK"]);
  const broken = await post("/multi-exec", '[["set","a","2"],["get"]]');
  expect([broken.status, await broken.json()]).toEqual([400, { error: expect.stringContaining("EXECABORT") }]);
  const refused = await post("/multi-exec", '[["set","a","2"],["subscribe","b"]]');
  expect(refused.status).toBe(400);
  expect(await server.get("a")).toBe("1");
});

test("encodes every string as base64, nested ones too, except a single OK", async () => {
  const commands = [
    ["set", "a", "OK"],
    ["get", "a"],
    ["rpush", "b", "ü", "OK"],
    ["lrange", "b", "0", "-1"],
    ["get", "c"],
  ];
  const response = await post("/pipeline", JSON.stringify(commands), { "upstash-encoding": "base64" });
  const list = ["ü", "OK"].map((text) => Buffer.from(text).toString("base64"));
  const results = ["OK", "OK", 2, list, null].map((result) => ({ result }));
  expect(await response.json()).toEqual(results);
  await server.set("raw", Buffer.from([0xff, 0x00, 0xfe]));
  const raw = await post("/", '["get","raw"]', { "upstash-encoding": "base64" });
  expect(await raw.json()).toEqual({ result: "/wD+" });
});

test("accepts the path form", async () => {
  expect(await (await post("/set/a%20b/1%2F2")).json()).toEqual({ result: "OK" });
  expect(await (await post("/get/a%20b")).json()).toEqual({ result: "1/2" });
  expect(await (await post("/set/a", "the body")).json()).toEqual({ result: "OK" });
  expect(await server.get("a")).toBe("the body");
  expect((await post("/get/%zz")).status).toBe(400);
});

test("identifies a script by the sha1 of the sent text, including its Upstash shebang", async () => {
  const script = "#!lua flags=allow-key-locking\nreturn ARGV[1]";
  const sha = "8a4ea1a4f0a8e6fd7d4e1bd2a0a5e0b5c1c1ad06";
  await expect(redis.evalsha(sha, [], ["x"])).rejects.toThrow("NOSCRIPT");
  const loaded = await redis.scriptLoad(script);
  expect(await redis.scriptExists(loaded, sha)).toEqual([1, 0]);
  expect(await redis.evalsha(loaded, [], ["x"])).toBe("x");
  expect(await redis.eval(script, [], ["y"])).toBe("y");
  await redis.scriptFlush();
  await expect(redis.evalsha(loaded, [], ["x"])).rejects.toThrow("NOSCRIPT");
});

test.each([
  ["fixed", () => Ratelimit.fixedWindow(3, "1 h")],
  ["sliding", () => Ratelimit.slidingWindow(3, "1 h")],
  ["token bucket", () => Ratelimit.tokenBucket(3, "1 h", 3)],
])("the rate limiter's own scripts count to three: %s", async (prefix, limiter) => {
  const limit = new Ratelimit({ redis, limiter: limiter(), prefix, analytics: false, ephemeralCache: false });
  const tries = [];
  for (let i = 0; i < 4; i++) tries.push((await limit.limit("somebody")).success);
  expect(tries).toEqual([true, true, true, false]);
  expect((await limit.limit("another")).success).toBe(true);
});

test.each(["/", "/pipeline", "/multi-exec", "/get/a", "/nosuch", "/%zz"])(
  "a wrong token is 401 at %s",
  async (path) => {
    for (const authorization of ["Bearer wrong", `Basic ${token}`, `Bearer ${token}x`, ""]) {
      const response = await post(path, '["get","a"]', { authorization });
      expect([response.status, await response.json()]).toEqual([401, { error: expect.any(String) }]);
    }
  },
);

test.each(["subscribe", "MONITOR", "blpop", "select", "client", "multi", "quit", "shutdown", "config"])(
  "%s, which would change the shared connection, is refused",
  async (name) => {
    await expect(redis.exec([name, "a", "0"])).rejects.toThrow("not available");
    const [refused, pong] = (await (
      await post("/pipeline", JSON.stringify([[name, "a"], ["ping"]]))
    ).json()) as unknown[];
    expect([refused, pong]).toEqual([{ error: expect.stringContaining("not available") }, { result: "PONG" }]);
  },
);

test.each(["", "{", "null", "7", "[]", "[[]]", '[["get",{}]]', '["get",null]', '[7,["get"]]', '{"a":1}'])(
  "a body that is no command is refused: %s",
  async (body) => {
    for (const path of ["/", "/pipeline", "/multi-exec"]) {
      if (path !== "/" && body === "[]") continue;
      const response = await post(path, body);
      expect([response.status, await response.json()]).toEqual([400, { error: expect.any(String) }]);
    }
    expect(await redis.ping()).toBe("PONG");
  },
);

test("returns long values complete to many concurrent callers", async () => {
  const long = "é".repeat(3_000_000);
  await redis.set("long", long);
  expect((await redis.get<string>("long")) === long).toBe(true);
  const keys = Array.from({ length: 400 }, (_, i) => `key:${i}`);
  await Promise.all(keys.map((key) => redis.set(key, key)));
  expect(await Promise.all(keys.map((key) => redis.get(key)))).toEqual(keys);
  expect((await post("/", JSON.stringify(["set", "a", "x".repeat(17 * 1024 * 1024)]))).status).toBe(413);
});

function post(path: string, body = "", headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}${path}`, { method: "POST", body, headers: { authorization: `Bearer ${token}`, ...headers } });
}
