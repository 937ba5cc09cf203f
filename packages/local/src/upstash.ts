import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Redis } from "ioredis";
import { type Answer, type Server, same, serve } from "./http.ts";

const limit = 16 * 1024 * 1024;

/** Upstash's REST API in front of any Redis. `requests` counts all requests, refused ones too. */
export type UpstashGateway = Server & { requests: number };

/** A reply of Redis; its strings are still bytes. */
type Reply = Buffer | number | null | Error | Reply[];

const names = `
  auth bgrewriteaof bgsave blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin client config debug discard
  exec hello monitor multi psubscribe psync punsubscribe quit replicaof reset role save select shutdown slaveof
  ssubscribe subscribe sunsubscribe swapdb sync unsubscribe unwatch wait waitaof watch`;

/**
 * These commands change the connection, which all callers share, or answer more than once; Upstash refuses them too.
 */
const refused = new Set(names.match(/\w+/g));

/**
 * Speaks the protocol of @upstash/redis 1.39 (https://upstash.com/docs/redis/features/restapi): `POST /` for one
 * command, `/pipeline` and `/multi-exec` for many, and the path form `/get/key`; base64 on request. `redisUrl` is a
 * form that ioredis takes: a URL or the path of a socket.
 */
export async function startUpstash(redisUrl: string, token: string, port = 0): Promise<UpstashGateway> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
  // Each command in flight fails with its own error when the connection is lost.
  redis.on("error", () => undefined);
  const scripts = new Scripts();

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    gateway.requests++;
    if (!same(request.headers.authorization ?? "", `Bearer ${token}`)) {
      return { status: 401, body: { error: "WRONGPASS invalid or missing auth token" } };
    }
    const [path, ...rest] = (request.url ?? "/").slice(1).split("?", 1)[0]!.split("/");
    const many = path === "pipeline" || path === "multi-exec";
    const commands = path === "" || many ? json(body, many) : pathForm([path!, ...rest], body);
    if (typeof commands === "string") return { status: 400, body: { error: commands } };
    const encode = request.headers["upstash-encoding"] === "base64" ? base64 : text;
    const replies = await run(commands, path === "multi-exec");
    if (replies instanceof Error) return { status: 400, body: { error: replies.message } };
    const results = replies.map((reply) =>
      reply instanceof Error ? { error: reply.message } : { result: encode(reply) },
    );
    if (many) return { status: 200, body: results };
    return { status: replies[0] instanceof Error ? 400 : 200, body: results[0] };
  }

  /** Returns one reply for each command, or the error of a transaction that Redis discarded as a whole. */
  async function run(commands: string[][], atomic: boolean): Promise<Reply[] | Error> {
    if (commands.length === 0) return [];
    const forbidden = commands.map(([name]) => name!.toLowerCase()).find((name) => refused.has(name));
    if (forbidden && atomic) return new Error(unavailable(forbidden));
    const batch = atomic ? redis.multi() : redis.pipeline();
    const sent = commands.filter(([name]) => !refused.has(name!.toLowerCase()));
    for (const [name, ...args] of sent) {
      const [command, ...rest] = scripts.outward([name!.toUpperCase(), ...args]);
      batch.callBuffer(command!, ...rest);
    }
    const settled = await batch.exec().catch((error: Error) => error);
    if (settled instanceof Error) return settled;
    const replies = (settled ?? []).map(([error, reply]) => error ?? (reply as Reply));
    let next = 0;
    return commands.map((command) => {
      const name = command[0]!.toLowerCase();
      if (refused.has(name)) return new Error(unavailable(name));
      return scripts.homeward(command, replies[next++]!);
    });
  }

  const server = await serve(answer, limit, port);
  const gateway: UpstashGateway = {
    ...server,
    requests: 0,
    stop: async () => {
      await server.stop();
      redis.disconnect();
    },
  };
  return gateway;
}

/**
 * Upstash lets a script begin with `#!lua flags=allow-key-locking`, which Redis does not know. This blanks that line
 * (so that line numbers stay) and translates the sha1 that the client knows to the one that Redis knows.
 */
class Scripts {
  readonly #known = new Map<string, string>();

  /** Returns the command for Redis. */
  outward([name = "", ...args]: string[]): string[] {
    const [first = "", ...rest] = args;
    if (name === "EVAL" || name === "EVAL_RO") return [name, this.#blank(first), ...rest];
    if (name === "EVALSHA" || name === "EVALSHA_RO") return [name, this.#sha(first), ...rest];
    if (name === "SCRIPT" && /^load$/i.test(first)) return [name, first, ...rest.map((script) => this.#blank(script))];
    if (name === "SCRIPT" && /^exists$/i.test(first)) return [name, first, ...rest.map((sha) => this.#sha(sha))];
    return [name, ...args];
  }

  /** Returns the reply for the client: the sha1 of a loaded script is that of the script that the client sent. */
  homeward([name, first, script]: string[], reply: Reply): Reply {
    const loaded = /^script$/i.test(name!) && /^load$/i.test(first ?? "") && Buffer.isBuffer(reply);
    return loaded ? Buffer.from(sha1(script!)) : reply;
  }

  #blank(script: string): string {
    if (!/^#!lua flags=allow-key-locking *\r?\n/.test(script)) return script;
    const blanked = script.replace(/^.*/, "");
    this.#known.set(sha1(script), sha1(blanked));
    return blanked;
  }

  #sha(sha: string): string {
    return this.#known.get(sha.toLowerCase()) ?? sha;
  }
}

function sha1(script: string): string {
  return createHash("sha1").update(script).digest("hex");
}

function unavailable(name: string): string {
  return `ERR Command is not available: '${name.toUpperCase()}'`;
}

/** Returns the commands in a JSON body, or a sentence about the fault in it. */
function json(body: Buffer, many: boolean): string[][] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    return "ERR failed to parse the request body as JSON";
  }
  const commands: unknown = many ? parsed : [parsed];
  const fits = Array.isArray(commands) && commands.every((each) => Array.isArray(each) && each.length > 0);
  if (!fits) return `ERR expected ${many ? "an array of commands" : "a command"}, each an array`;
  const scalar = (each: unknown) => ["string", "number", "boolean"].includes(typeof each);
  if (!commands.flat().every(scalar)) return "ERR an argument is neither a string, a number nor a boolean";
  return commands.map((command: unknown[]) => command.map(String));
}

/** Parses `/set/key` with the value as body, or `/get/key`. */
function pathForm(segments: string[], body: Buffer): string[][] | string {
  try {
    const command = segments.map(decodeURIComponent);
    return [body.length > 0 ? [...command, body.toString()] : command];
  } catch {
    return "ERR the path is not well encoded";
  }
}

function text(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(text);
  return Buffer.isBuffer(reply) ? reply.toString() : reply;
}

function base64(reply: Reply): unknown {
  return Buffer.isBuffer(reply) && reply.equals(ok) ? "OK" : encoded(reply);
}

function encoded(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(encoded);
  return Buffer.isBuffer(reply) ? reply.toString("base64") : reply;
}

const ok = Buffer.from("OK");
