import { randomBytes } from "node:crypto";
import { sql, transaction } from "../base/db.ts";
import { hashOf } from "../base/hash.ts";
import { claimRows, isHeld } from "../base/lease.ts";
import { sealAll } from "../base/vault.ts";
import * as Outbox from "../outbox.ts";
import { collect, divide, rowsOf } from "./holding.ts";
import { pricesOf } from "./prices.ts";

type Claimed = { id: string; fence: string; userId: string };

/**
 * Prepares the requested exports, and queues for each a message with its link, valid for 24 hours. Safe to run twice,
 * several times at once, and to be killed anywhere: an unfinished export is taken up again when its lease ends.
 */
export async function prepareExports(at: Date, { within = 40_000 } = {}): Promise<{ exports: number }> {
  const until = Date.now() + within;
  let exports = 0;
  while (Date.now() < until) {
    const claimed = await claim();
    if (!claimed) break;
    const data = await collect(claimed.userId, at);
    const rows = rowsOf(data, { prices: pricesOf(claimed.userId, at) });
    let parts = 0;
    for await (const content of divide(rows, [...Object.keys(data.lists), "prices"])) {
      parts += 1;
      await write(claimed, parts, content);
    }
    exports += await finish(claimed, { madeAt: data.madeAt, parts }, at);
  }
  return { exports };
}

/** When the next export can be taken up (real time): one that waits, or one whose lease ends; null where none is. */
export async function nextExport(): Promise<Date | null> {
  const [row] = await sql`
    select extract(epoch from min(coalesce(exports.claimed_until, now())))::float8 * 1000 as at
      from exports
     where exports.content is null`;
  return typeof row?.at === "number" ? new Date(row.at) : null;
}

/**
 * Claims the oldest waiting export with a lease of two minutes on Postgres's clock; each failed try makes the next
 * lease longer.
 */
async function claim(): Promise<Claimed | undefined> {
  const [row] = await claimRows("exports", {
    due: sql`exports.content is null`,
    order: sql`exports.created_at, exports.id`,
    limit: 1,
    lease: sql`make_interval(mins => (2 ^ least(exports.attempts + 1, 10))::int)`,
    columns: sql`exports.id, exports.fence::text, exports.user_id as "userId"`,
  });
  return row as Claimed | undefined;
}

/** Writes one part, sealed, unless another worker has taken the export up since; a part of an earlier try is replaced. */
async function write({ id, fence, userId }: Claimed, part: number, content: string): Promise<void> {
  const [sealed] = await sealAll("export_parts", [{ id: `${id} ${part}`, owner: userId, value: content }]);
  await sql`
    with held as materialized (
      select exports.id
        from exports
       where ${isHeld("exports", { id, fence })}
         and exports.content is null
         for share
    )
    insert into export_parts (export_id, part, content)
    select held.id,
           ${part}::integer,
           ${sealed}
      from held
        on conflict (export_id, part) do update
       set content = excluded.content`;
}

/**
 * Says that all parts are there, and writes link and message with it, unless another worker has taken the export up
 * since. Returns how many that were: 1 or 0.
 */
async function finish(
  { id, fence, userId }: Claimed,
  contents: { madeAt: string; parts: number },
  at: Date,
): Promise<number> {
  const token = randomBytes(32).toString("base64url");
  const hash = hashOf(token);
  const expiresAt = new Date(at.getTime() + 24 * 3_600_000).toISOString();
  const to = {
    userId,
    email: sql`(select users.email from users where users.id = ${userId})`,
    emailKey: sql`(select users.email_key from users where users.id = ${userId})`,
  };
  const made = sql`exists (select from exports where exports.id = ${id} and exports.token_hash = ${hash})`;
  const { finished } = await transaction({
    finished: sql`
      update exports
         set content = ${JSON.stringify(contents)},
             token_hash = ${hash},
             expires_at = ${expiresAt},
             claimed_until = null
       where ${isHeld("exports", { id, fence })}
         and exports.content is null
      returning exports.id`,
    queued: Outbox.enqueue("export_ready", to, { id, token, expiresAt }, made),
  });
  return finished.length;
}
