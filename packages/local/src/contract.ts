import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { check, type Lock, record } from "@travel-conductor/scripts/contract";
import { present } from "./document.ts";

const home = new URL("../../../", import.meta.url);
const places = {
  lock: new URL("packages/docs/openapi.lock.json", home),
  changelog: new URL("packages/docs/changelog.md", home),
};

/**
 * Checks the API's document against the recorded one; with `record`, records the present one unless the check fails.
 * Returns the exit code.
 */
export async function main([command]: string[], { lock, changelog } = places): Promise<number> {
  const [document, recorded, lines] = [await present(), await readRecord(lock), await readFile(changelog, "utf8")];
  const faults = recorded ? check(document, recorded, lines) : [];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) {
    console.error(`An old client may stumble over this. Say so in ${fileURLToPath(changelog)}, or keep the old form.`);
    return 1;
  }
  if (command === "record") await writeFile(lock, record(document, lines));
  return 0;
}

/** The recorded document; none before the first record. */
async function readRecord(lock: URL): Promise<Lock | undefined> {
  const text = await readFile(lock, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await main(process.argv.slice(2)));
