import { createHmac, hkdfSync, type KeyObject } from "node:crypto";
import { recentKeys } from "./datakey.ts";
import { openAll, sealAll } from "./vault.ts";

/** An idempotency key lives 24 hours; an hour more covers clocks that differ, and a process that has an older key. */
const lifeMs = 25 * 3_600_000;

/** The keys for hashes by the version of the data key that they are derived from. */
const derived = new Map<number, Buffer>();

/**
 * The keyed hash of a request with personal data, so that a reader of the table cannot try out numbers against it. The
 * first is of the newest data key; the other is what a request of the last day may be stored under.
 * @throws Problem `service.unavailable`
 */
export async function requestHashes(request: Uint8Array): Promise<[string, ...string[]]> {
  const keys = await recentKeys(lifeMs);
  const hashes = keys.map(({ version, key }) => {
    const keyed = derived.get(version) ?? derive(key);
    derived.set(version, keyed);
    return `${version}.${createHmac("sha256", keyed).update(request).digest("hex")}`;
  });
  return hashes as [string, ...string[]];
}

const derive = (key: KeyObject) => Buffer.from(hkdfSync("sha256", key, "", "travel-conductor request hash", 32));

/** Seals the answer that is kept for an idempotency key. @throws as above */
export async function sealAnswer(userId: string, key: string, body: string): Promise<string> {
  const [sealed] = await sealAll("idempotency_keys", [{ id: key, owner: userId, value: body }]);
  return sealed!;
}

/** Opens a kept answer; one that does not open is text that is no JSON. @throws as above */
export async function openAnswer(userId: string, key: string, sealed: string): Promise<string> {
  const [body] = await openAll("idempotency_keys", [{ id: key, owner: userId, sealed }]);
  return typeof body === "string" ? body : "";
}
