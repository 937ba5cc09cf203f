import * as v from "valibot";
import * as Audit from "../audit.ts";
import { sql, transaction } from "../base/db.ts";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { hashOf } from "../base/hash.ts";
import { hurry } from "../base/hurry.ts";
import { newId } from "../base/id.ts";
import { openAll } from "../base/vault.ts";
import * as Session from "../session.ts";
import { ExportLink, type ExportRequest } from "./schema.ts";

/**
 * Requests an export of all personal data of a user, as JSON, under this `id`. Returns an export that is already under
 * way; a ready one is deleted, so that only the newest link works. Repeating it with the same id changes nothing. The
 * password must have been given in the last 10 minutes. A key, given as `keyId`, needs no password: it was made with the
 * password, and only the owner of the address gets the link.
 * @throws Problem `session.unproven`
 */
export async function requestExport(
  userId: string,
  sessionId: string,
  at: Date,
  from: Audit.Client & { keyId?: string | undefined } = {},
  id = newId("exp", at),
): Promise<ExportRequest> {
  if (from.keyId === undefined) await Session.requireReauthentication(userId, sessionId, at);
  const { pending } = await transaction({
    // Before the insert: an export that becomes ready in between has a link under way, which must work.
    dropped: sql`
      delete from exports
       where exports.user_id = ${userId}
         and exports.content is not null
         and exports.id <> ${id}`,
    added: sql`
      insert into exports (id, user_id)
      values (${id}, ${userId})
      on conflict do nothing`,
    recorded: Audit.record(
      "export",
      { ...from, userId, sessionId: sessionId || undefined },
      sql`exists (select from exports where exports.id = ${id} and exports.created_at = now())`,
    ),
    pending: sql`
      select exports.id
        from exports
       where exports.user_id = ${userId}
         and (exports.content is null or exports.id = ${id})
       order by exports.id = ${id} desc`,
  });
  const [row] = pending as ExportRequest[];
  // Prepared between the first statement and the last.
  if (!row) throw new Problem("conflict", "export.ready", "Your data is ready: see your e-mail.");
  await hurry(env.EXPORT_LAMBDA_URL, { export: row.id });
  return row;
}

/**
 * Returns a part of a ready export to its signed-in owner with the link: as JSON text, or as a ZIP of CSV files.
 * @throws ValiError, Problem `export.missing` (also for another user's, a wrong token, a part that does not exist, and
 * after 24 hours)
 */
export async function getExport(
  userId: string,
  id: string,
  link: unknown,
  at: Date,
): Promise<{ content: string | Uint8Array<ArrayBuffer>; part: number; parts: number }> {
  const { token, part, format } = v.parse(ExportLink, link);
  const [row] = (await sql`
    select exports.content::json ->> 'madeAt' as "madeAt",
           (exports.content::json ->> 'parts')::int as parts,
           export_parts.content as lists,
           -- One that was written before there were parts holds a list of them.
           (exports.content::json -> ${part - 1}::int)::text as whole
      from exports
      left join export_parts on export_parts.export_id = exports.id and export_parts.part = ${part}::int
     where exports.id = ${id}
       and exports.user_id = ${userId}
       and exports.token_hash = ${hashOf(token)}
       and exports.expires_at > ${at}::timestamptz`) as StoredPart[];
  if (row?.lists && !row.lists.startsWith("{")) row.lists = await openPart(userId, `${id} ${part}`, row.lists);
  const text = row && textOf(row, part);
  if (!text) throw new Problem("missing", "export.missing", "There is no such export.");
  const { parts } = row.parts === null ? (JSON.parse(text) as { parts: number }) : { parts: row.parts };
  if (format === "json") return { content: text, part, parts };
  const { toZip } = await import("./csv.ts");
  return { content: toZip(JSON.parse(text)), part, parts };
}

type StoredPart = { madeAt: string | null; parts: number | null; lists: string | null; whole: string | null };

/** A part lies sealed; one that was written before there was a vault does not, and is gone a day later. */
async function openPart(owner: string, id: string, sealed: string): Promise<string | null> {
  const [lists] = await openAll("export_parts", [{ id, owner, sealed }]);
  return typeof lists === "string" ? lists : null;
}

/** A part of an earlier try, beyond the last, is none. */
function textOf({ madeAt, parts, lists, whole }: StoredPart, part: number): string | null {
  if (parts === null || lists === null || part > parts) return whole;
  const said = JSON.stringify({ madeAt, part, parts });
  return lists === "{}" ? said : `${said.slice(0, -1)},${lists.slice(1)}`;
}
