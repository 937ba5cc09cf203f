import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectYoung: (what: { type: "minor" }) => void = runInNewContext("gc");

/** How many bytes are let go between two collections. */
const every = 4 * 1024 * 1024;
let passed = 0;

/**
 * Counts bytes that passed through buffers which nobody needs any more, and lets these go now and then. V8 does so
 * when its own small objects fill their space; a backup makes few of them, and would hold tens of megabytes meanwhile.
 */
export function letGo(bytes: number): void {
  passed += bytes;
  if (passed < every) return;
  passed = 0;
  collectYoung({ type: "minor" });
}
