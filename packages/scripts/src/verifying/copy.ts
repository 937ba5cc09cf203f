import { chmod, constants, copyFile, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Refused } from "../command.ts";

/** The bytes that begin a write-ahead log. They change when SQLite begins it anew. */
const headerBytes = 32;
const tries = 20;

/**
 * Copies an old file with its write-ahead log and its rollback journal to a folder that only this user may read. SQLite
 * never opens the original. When the log was begun anew in the meantime, pages may be missing from both copies: then all
 * are copied again.
 * @returns the path of the copy, and what removes it
 * @throws Refused when there is no such file, or its log never stays the same
 */
export async function copyPrivately(path: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Refused(`There is no file ${path}`);
  const folder = await mkdtemp(join(tmpdir(), "verify-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const copy = join(folder, basename(path));
  try {
    for (let tried = 0; tried < tries; tried++) {
      const before = await headerOf(`${path}-wal`);
      for (const tail of ["", "-wal", "-journal"]) await copyIfThere(path + tail, copy + tail);
      if (before === (await headerOf(`${path}-wal`))) return { path: copy, remove };
    }
    throw new Refused(`${path} changes all the time: stop what writes to it`);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    // The original may be for reading alone.
    await chmod(to, 0o600);
  } catch (error) {
    ignoreAbsent(error as NodeJS.ErrnoException);
  }
}

async function headerOf(path: string): Promise<string> {
  const file = await open(path).catch(ignoreAbsent);
  if (!file) return "";
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead).toString("hex");
  } finally {
    await file.close();
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
