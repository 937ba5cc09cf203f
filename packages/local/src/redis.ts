import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Redis } from "ioredis";
import { createRedisServer } from "js-redis-server";
import { end, launch, untilReady } from "./process.ts";
import { Trouble } from "./trouble.ts";

/** `url` is a form that ioredis takes: a URL or the path of a socket. */
export type RedisServer = { url: string; stop: () => Promise<void> };

/**
 * Starts an empty Redis that forgets everything when it stops: redis-server or valkey-server where one is installed, on
 * a socket that only this user may open; else js-redis-server inside this process.
 */
export async function startRedis(): Promise<RedisServer> {
  const program = ["redis-server", "valkey-server"].map(onPath).find((path) => path !== undefined);
  if (!program) {
    const server = await createRedisServer();
    // It writes the replies of a pipeline one by one; Nagle's algorithm would delay them by 40 ms.
    server.server.server.on("connection", (socket) => socket.setNoDelay());
    return { url: `redis://${server.host}:${server.port}`, stop: () => server.close() };
  }
  const dir = mkdtempSync(join(tmpdir(), "travel-conductor-"));
  const socket = join(dir, "redis.sock");
  const child = launch(program, ["-"], { cwd: dir, stdio: ["pipe", "ignore", "ignore"] });
  child.stdin?.end(`port 0\nunixsocket redis.sock\nunixsocketperm 700\nsave ""\nappendonly no\n`);
  const stop = async () => {
    await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  if (
    await untilReady(child, () =>
      ask(socket).then(
        () => true,
        () => false,
      ),
    )
  )
    return { url: socket, stop };
  await stop();
  throw new Trouble(`${program} did not start.`);
}

/** @throws Error when no Redis answers at `url` */
export async function ask(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  const fault = new Promise<never>((_, reject) => redis.on("error", reject));
  await Promise.race([redis.ping(), fault]).finally(() => redis.disconnect());
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
