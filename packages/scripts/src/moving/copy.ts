import { copyFile, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refused } from "../command.ts";

/** The bytes at the begin of `-wal` that change when it is begun anew. */
const headerBytes = 32;

/**
 * Copies a SQLite file and its `-wal` into a folder that only this user can read; SQLite never opens the originals. The
 * copy is repeated until the header of `-wal` is the same after it as before: a checkpoint in between would have moved
 * rows from one file to the other.
 * @throws Refused when there is no such file, or it is written all the time
 */
export async function copyPrivately(path: string): Promise<{ copy: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "moving-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const copy = join(folder, "copy.db");
  try {
    for (let tries = 0; tries < 10; tries++) {
      const before = await headerOf(`${path}-wal`);
      await copyFile(path, copy);
      await rm(`${copy}-wal`, { force: true });
      // It may be gone by now: then its header is another one too.
      if (before !== undefined) await copyFile(`${path}-wal`, `${copy}-wal`).catch(onlyMissing);
      if ((await headerOf(`${path}-wal`)) === before) return { copy, remove };
    }
    throw new Refused(`${path} is written all the time: stop the old application first`);
  } catch (error) {
    await remove();
    if (error instanceof Refused) throw error;
    throw new Refused(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

function onlyMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** Undefined where there is no such file. */
async function headerOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch(onlyMissing);
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead).toString("hex");
  } finally {
    await file.close();
  }
}
