import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Redis } from "ioredis";
import { createRedisServer } from "js-redis-server";
import { end, reap, untilReady } from "./process.ts";

/** `url` is what ioredis takes: a URL or a socket's path. */
export type RedisServer = { url: string; stop: () => Promise<void> };

/**
 * An empty Redis that forgets everything when it stops: redis-server or valkey-server where one is installed, on a
 * socket in `dir` that only this user may open; else js-redis-server inside this process.
 */
export async function startRedis(dir: string): Promise<RedisServer> {
  const program = ["redis-server", "valkey-server"].map(onPath).find((path) => path !== undefined);
  if (!program) {
    const server = await createRedisServer();
    return { url: `redis://${server.host}:${server.port}`, stop: () => server.close() };
  }
  const socket = join(dir, "redis.sock");
  const pidFile = join(dir, "redis.pid");
  await reap(pidFile, socket);
  const child = spawn(program, ["-"], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const settings = { port: 0, unixsocket: socket, unixsocketperm: 700, pidfile: pidFile, save: "", appendonly: "no" };
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(String(value))}\n`);
  child.stdin.end(lines.join(""));
  if (!(await untilReady(child, () => pings(socket), 10_000))) throw new Error(`${program} did not start`);
  return { url: socket, stop: () => end(child) };
}

async function pings(socket: string): Promise<boolean> {
  const redis = new Redis(socket, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined);
  const pong = await redis.ping().catch(() => undefined);
  redis.disconnect();
  return pong === "PONG";
}

function onPath(program: string): string | undefined {
  const paths = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, program));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
