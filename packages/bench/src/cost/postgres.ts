import { readdirSync, readFileSync } from "node:fs";
import type pg from "pg";

/** What a database has been used for: the processors' time of its server (s), its size, and the bytes of its log. */
export type Used = { cpu: number; bytes: number; log: number };

export async function usedOf(client: pg.Client): Promise<Used> {
  const { rows } = await client.query(
    `select pg_backend_pid() as pid, pg_database_size(current_database())::float8 as bytes,
            pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as log`,
  );
  const { pid, bytes, log } = rows[0];
  return { cpu: cpuOf(pid), bytes, log };
}

/** The time of the server that has this backend: of its process, of those that have ended, and of those that run. */
function cpuOf(backend: number): number {
  const server = statOf(backend)?.parent;
  if (server === undefined) return Number.NaN;
  const own = statOf(server);
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === server);
  return (own?.all ?? 0) + children.reduce((sum, stat) => sum + (stat?.own ?? 0), 0);
}

function statOf(pid: number): { parent: number; own: number; all: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    const [user, system, oldUser, oldSystem] = fields.slice(11, 15).map(Number) as [number, number, number, number];
    return {
      parent: Number(fields[1]),
      own: (user + system) / 100,
      all: (user + system + oldUser + oldSystem) / 100,
    };
  } catch {
    return undefined;
  }
}
