import { readdirSync, readFileSync } from "node:fs";

/** The length of a tick of the kernel (ms). */
const tick = 10;

/**
 * Returns the processor time (ms) that this process, its parent, which is the gateways and Redis, and all children of
 * the parent have had until now: the product, Postgres, and the generator. It says what a request costs on a machine
 * that does other work too.
 */
export function cpuOfAll(): number {
  const all = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // The name of the program, in brackets, may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [user, system] = [Number(fields[11]), Number(fields[12])];
      all.set(Number(name), { parent: Number(fields[1]), ticks: user + system });
    } catch {
      // The process has ended since.
    }
  }
  const isOurs = (pid: number): boolean => {
    if (pid === process.ppid) return true;
    const parent = all.get(pid)?.parent;
    return parent !== undefined && parent > 1 && isOurs(parent);
  };
  return [...all].reduce((sum, [pid, { ticks }]) => (isOurs(pid) ? sum + ticks * tick : sum), 0);
}
