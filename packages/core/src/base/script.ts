import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** A Lua script, and the hash by which Redis knows it once it has run it. */
export type Script = { lua: string; sha: string };

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/**
 * Returns the script of a Lua file, which is read on first use: the file at `place`, or in a Lambda, whose bundle lies
 * elsewhere, the file of that name in a folder above.
 */
export function scriptFile(place: URL): () => Script {
  let kept: Script | undefined;
  return () => {
    kept ??= script(readFileSync(findAbove(place), "utf8"));
    return kept;
  };
}

/** @throws Error when neither the folder of `place` nor a folder above it has such a file */
function findAbove(place: URL): URL {
  if (existsSync(place)) return place;
  const above = new URL(`../${basename(place.pathname)}`, place);
  if (above.href === place.href) throw new Error(`${basename(place.pathname)} is not in this artifact`);
  return findAbove(above);
}
