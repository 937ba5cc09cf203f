import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectYoung: (what: { type: "minor" }) => void = runInNewContext("gc");

/** The bytes between two collections. */
const every = 2 * 1024 * 1024;
let passed = 0;

/**
 * Counts bytes whose buffers are no longer used, and frees these buffers from time to time. V8 does so when its own
 * small objects fill their space; a backup makes few of them, and would hold tens of megabytes meanwhile.
 */
export function letGo(bytes: number): void {
  passed += bytes;
  if (passed < every) return;
  passed = 0;
  collectYoung({ type: "minor" });
}
