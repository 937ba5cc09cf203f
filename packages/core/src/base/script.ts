import { createHash } from "node:crypto";
import { readShipped } from "./file.ts";

/** A Lua script, and the hash by which Redis knows it once it has run it. */
export type Script = { lua: string; sha: string };

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** Returns the script of a Lua file at `place`, which is read on first use. */
export function scriptFile(place: URL): () => Script {
  let kept: Script | undefined;
  return () => {
    kept ??= script(readShipped(place));
    return kept;
  };
}
