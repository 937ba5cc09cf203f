import { createSecretKey, type KeyObject } from "node:crypto";
import { orMade, sql } from "./db.ts";
import { env } from "./env.ts";
import { unavailable } from "./error.ts";
import { generateDataKey, KmsError, unwrap } from "./kms.ts";
import { logger } from "./log.ts";
import { realNow } from "./time.ts";

/** How long a process seals with the newest key that it knows before it looks for a newer one. */
const lookAgainMs = 5 * 60_000;

/** The wrapped keys that this process has read, by their version, and when it last read them (ms). */
let known = new Map<number, Known>();
let readAt = Number.NEGATIVE_INFINITY;
let reading: Promise<void> | undefined;

/** The unwrapped keys; one that is being unwrapped is shared, and asked for again when that failed. */
const unwrapped = new Map<number, Promise<KeyObject | undefined>>();

/**
 * The newest data key; where there is none yet, the first is made.
 * @throws Problem `service.unavailable` when KMS does not answer or refuses it
 */
export async function newestKey(): Promise<{ version: number; key: KeyObject }> {
  const version = await newestVersion();
  const key = await keyOf(version);
  if (!key) throw unavailable(new Error(`KMS refuses the newest data key, version ${version}`));
  return { version, key };
}

/**
 * The newest key, and after it the one before where that was the newest less than `ms` ago: what was made with it then
 * may be looked for.
 * @throws as above
 */
export async function recentKeys(ms: number): Promise<{ version: number; key: KeyObject }[]> {
  const newest = await newestKey();
  const since = realNow().getTime() - (known.get(newest.version)?.madeAt ?? 0);
  const version = newest.version - 1;
  const before = since < ms && known.has(version) ? await keyOf(version) : undefined;
  return before ? [newest, { version, key: before }] : [newest];
}

/** The key of this version, or undefined where there is none, or KMS refuses what lies there for it. @throws as above */
export async function keyOf(version: number): Promise<KeyObject | undefined> {
  if (known.size === 0) await readShared();
  // Not shared: the key may be newer than a reading that is under way.
  if (!known.has(version)) await read();
  const found = known.get(version);
  if (found === undefined) return undefined;
  const opening = unwrapped.get(version) ?? open(version, found.wrapped);
  unwrapped.set(version, opening);
  return opening.catch((error) => {
    if (unwrapped.get(version) === opening) unwrapped.delete(version);
    throw unavailable(error);
  });
}

/**
 * Makes the key after `newest`, unless another process has. Returns its version.
 * @throws as above
 */
export async function makeKey(newest: number): Promise<number> {
  const version = newest + 1;
  const { plain, wrapped } = await generateDataKey(contextOf(version)).catch((error) => {
    throw unavailable(error);
  });
  const added = sql`insert into data_keys (version, wrapped) values (${version}, ${wrapped}) on conflict do nothing`;
  await orMade(added, async () => sql`select from data_keys where data_keys.version = ${version} for share`);
  await read();
  if (known.get(version)?.wrapped === wrapped) unwrapped.set(version, Promise.resolve(createSecretKey(plain)));
  return version;
}

/** The newest key and when it was made (ms), read anew; undefined where there is none. */
export async function newestMadeAt(): Promise<{ version: number; madeAt: number } | undefined> {
  await read();
  const version = Math.max(0, ...known.keys());
  const found = known.get(version);
  return found && { version, madeAt: found.madeAt };
}

/** The version of the newest key, looked for again every five minutes; the first is made where there is none. */
async function newestVersion(): Promise<number> {
  const newest = () => Math.max(0, ...known.keys());
  if (realNow().getTime() - readAt > lookAgainMs) {
    // With a key at hand a look that fails is left to the next one.
    await readShared().catch((error) => {
      if (known.size === 0) throw error;
    });
  }
  return newest() || makeKey(0);
}

async function open(version: number, wrapped: string): Promise<KeyObject | undefined> {
  try {
    return createSecretKey(await unwrap(wrapped, contextOf(version)));
  } catch (error) {
    if (!(error instanceof KmsError && error.isOfBlob)) throw error;
    logger.error("vault.data_key", { version, code: error.code });
    return undefined;
  }
}

function readShared(): Promise<void> {
  reading ??= read().finally(() => {
    reading = undefined;
  });
  return reading;
}

async function read(): Promise<void> {
  const rows = (await sql`
    select data_keys.version,
           data_keys.wrapped,
           extract(epoch from data_keys.made_at)::float8 * 1000 as "madeAt"
      from data_keys`) as (Known & { version: number })[];
  known = new Map(rows.map(({ version, wrapped, madeAt }) => [version, { wrapped, madeAt }]));
  readAt = realNow().getTime();
}

/** `madeAt` is in milliseconds since 1970. */
type Known = { wrapped: string; madeAt: number };

/** A data key of one stage, or one version of it, cannot be put in the place of another. */
function contextOf(version: number): Record<string, string> {
  return { service: "travel-conductor", stage: env.SST_STAGE ?? "local", dataKey: String(version) };
}
