import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { check, type Document, type Lock, record } from "@travel-conductor/scripts/contract";

const home = new URL("../../../", import.meta.url);
const places = {
  lock: new URL("packages/docs/openapi.lock.json", home),
  changelog: new URL("packages/docs/changelog.md", home),
};

/** Addresses that nothing is asked at: the document is made from the routes alone. */
const nowhere = {
  DATABASE_URL: "postgresql://nobody@localhost/none",
  UPSTASH_REDIS_REST_URL: "http://localhost:1",
  UPSTASH_REDIS_REST_TOKEN: "none",
};

/** The OpenAPI document of the API as it is now. */
async function present(): Promise<Document> {
  for (const [name, value] of Object.entries(nowhere)) process.env[name] ??= value;
  const { app } = await import("@travel-conductor/functions/api/index");
  const { document } = await import("@travel-conductor/functions/api/openapi");
  return JSON.parse(JSON.stringify(document(app.routes)));
}

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
