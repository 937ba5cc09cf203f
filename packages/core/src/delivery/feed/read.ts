import { createHash } from "node:crypto";
import { sql, transaction, utc } from "../../base/db.ts";
import { env } from "../../base/env.ts";
import { Problem } from "../../base/error.ts";
import { hashOf } from "../../base/hash.ts";
import { type AlertOf, selectNewest } from "../alerts.ts";
import { atom } from "./atom.ts";
import { calendar, type Dated, selectDated } from "./calendar.ts";
import type { FeedChannel } from "./shape.ts";

/** A feed or a calendar as it is answered; `tag` is an entity tag that changes with it. */
export type Feed = { type: string; body: string; tag: string };

/** The most alerts of a feed. */
const most = 100;

/**
 * The feed or the calendar at the address of a token, as it is at `at`, in one request. It is empty while its owner
 * pauses it.
 * @throws Problem `feed.missing`, the same for an unknown, a replaced and a removed address, and for the other form
 */
export async function feed(token: string, form: "atom" | "ics", at: Date): Promise<Feed> {
  const hash = hashOf(token);
  const isAtom = form === "atom";
  const { found, items } = await transaction(
    {
      found: sql`
        select channels.id,
               channels.name,
               users.language,
               ${utc(sql`channels.created_at`)} as "createdAt"
          from channels
          join users on users.id = channels.user_id
         where channels.token_hash = ${hash}
           and channels.kind = ${isAtom ? "atom" : "calendar"}`,
      items: isAtom ? selectNewest(hash, most) : selectDated(hash, at),
    },
    { readOnly: true },
  );
  const [channel] = found as FeedChannel[];
  if (!channel) throw new Problem("missing", "feed.missing", "There is nothing at this address.");
  const app = env.APP_URL ?? "http://localhost";
  const body = isAtom
    ? atom(channel, items as AlertOf[], `/v1/feeds/${token}.atom`, app)
    : calendar(channel, items as Dated[], app);
  const type = isAtom ? "application/atom+xml; charset=utf-8" : "text/calendar; charset=utf-8";
  return { type, body, tag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}
