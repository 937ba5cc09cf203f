import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { migrate } from "@travel-conductor/scripts/migrate";
import { startNeon } from "../neon.ts";
import { startPostgres } from "../postgres.ts";

/**
 * A migrated Postgres for one test alone, with the default durability, behind a gateway of its own. `crash` ends it as
 * a power cut would: all its processes at once, without a checkpoint. `revive` starts it again, behind the same
 * gateway.
 */
export type OwnPostgres = {
  url: string;
  connection: string;
  crash: () => Promise<void>;
  revive: () => Promise<void>;
  stop: () => Promise<void>;
};

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = join(tmpdir(), `travel-conductor-${randomBytes(6).toString("hex")}`);
  const password = randomBytes(18).toString("base64url");
  let server = await startPostgres({ dir });
  await migrate(server.url);
  let gateway = await startNeon(server.url, password);
  const { url, connection } = gateway;
  return {
    url,
    connection,
    crash: async () => {
      const [pid] = readFileSync(join(dir, "data/postmaster.pid"), "utf8").split("\n");
      process.kill(Number(pid), "SIGQUIT");
      while (alive(Number(pid))) await wait(5);
    },
    revive: async () => {
      server = await startPostgres({ dir });
      await gateway.stop().catch(() => undefined);
      gateway = await startNeon(server.url, password, Number(new URL(url).port));
    },
    stop: async () => {
      await gateway.stop();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
