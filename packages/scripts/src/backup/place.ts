import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { Refused } from "../command.ts";
import type { Output } from "./writer.ts";

/** Bytes between the file and the program. */
const highWaterMark = 1024 * 1024;

/** Opens the file, the object (`s3://bucket/key`) or the standard output (`-`) for a backup of about `bytes`. */
export async function openOutput(place: string, bytes: number): Promise<Output> {
  if (place === "-") {
    const nothing = async () => undefined;
    return { stream: process.stdout, keep: nothing, drop: nothing };
  }
  if (place.startsWith("s3://")) return (await import("./s3.ts")).openObject(place, bytes);
  return openFile(place);
}

export async function openInput(place: string): Promise<Readable> {
  if (place === "-") return process.stdin;
  if (place.startsWith("s3://")) return (await import("./s3.ts")).readObject(place);
  if (!fs.existsSync(place)) throw new Refused(`There is no file ${place}.`);
  return fs.createReadStream(place, { highWaterMark });
}

/**
 * Writes to a file of another name beside it, which only its owner may read, and gives it its name when all of it is on
 * the disk. What earlier runs left that were killed is removed.
 */
async function openFile(path: string): Promise<Output> {
  if (fs.existsSync(path)) throw new Refused(`${path} exists already: a backup is written over nothing.`);
  removeLeft(path);
  const part = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.part`;
  const file = await open(part, "wx", 0o600).catch((error: Error) => {
    throw new Refused(`${path} cannot be written: ${error.message}`);
  });
  const stream = file.createWriteStream({ highWaterMark, flush: true });
  return {
    stream,
    keep: async () => {
      // Unlike a rename, a link does not replace a file that another run has made meanwhile.
      fs.linkSync(part, path);
      fs.unlinkSync(part);
      const folder = fs.openSync(dirname(path), "r");
      fs.fsyncSync(folder);
      fs.closeSync(folder);
    },
    drop: async () => {
      stream.destroy();
      fs.rmSync(part, { force: true });
    },
  };
}

/** Removes unfinished files of this name whose process does not run any more. */
function removeLeft(path: string): void {
  for (const name of fs.readdirSync(dirname(path), { withFileTypes: true })) {
    if (!name.name.startsWith(`${basename(path)}.`)) continue;
    const [, pid] = /\.(\d+)\.[0-9a-f]{8}\.part$/.exec(name.name) ?? [];
    if (pid && !isRunning(Number(pid))) fs.rmSync(join(dirname(path), name.name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
