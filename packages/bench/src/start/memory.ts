import { readdirSync, readFileSync } from "node:fs";

/**
 * The resident memory (MB) of a process and all its descendants. A page that several of them share, such as Postgres's
 * buffers, counts once. Linux only.
 */
export function memoryOf(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + memoryOfOne(each), 0);
}

function treeOf(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(Number(name))] as const);
  const found = [pid];
  for (const each of found) found.push(...parents.flatMap(([child, parent]) => (parent === each ? [child] : [])));
  return found;
}

function parentOf(pid: number): number | undefined {
  return numberIn(`/proc/${pid}/status`, /^PPid:\s+(\d+)/m);
}

function memoryOfOne(pid: number): number {
  return (numberIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB/m) ?? 0) / 1_024;
}

/** Undefined for a process that has ended meanwhile. */
function numberIn(file: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(file, "utf8"))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
