import { createHash } from "node:crypto";
import * as v from "valibot";
import * as Audit from "./audit.ts";
import { orMade, sql, transaction } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { newId } from "./base/id.ts";
import { lazy } from "./base/lazy.ts";
import * as Key from "./key.ts";
import * as Outbox from "./outbox.ts";
import * as Payment from "./payment.ts";
import * as Session from "./session.ts";

/** See `privacy/prepare.ts`: loaded at its first call, because the API never calls it. */
export const prepareExports = lazy(async () => (await import("./privacy/prepare.ts")).prepareExports);

/** A requested export. It is fetched by the link that is sent by e-mail. */
export const ExportRequest = v.object({ id: v.string() });
export type ExportRequest = v.InferOutput<typeof ExportRequest>;

/** What the link to an export carries beside its id, which part of it is wanted (the first by default), and how. */
export const ExportLink = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(100)),
  part: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 1),
  format: v.optional(v.picklist(["json", "csv"]), "json"),
});
export type ExportLink = v.InferInput<typeof ExportLink>;

/** One of the `parts` of an export, with a list of rows for each table; a list may continue in the next part. */
export const ExportPart = v.looseObject({
  madeAt: v.pipe(v.string(), v.isoTimestamp()),
  part: v.pipe(v.number(), v.integer()),
  parts: v.pipe(v.number(), v.integer()),
});

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
       and exports.token_hash = ${createHash("sha256").update(token).digest("hex")}
       and exports.expires_at > ${at}::timestamptz`) as StoredPart[];
  if (row?.lists && !row.lists.startsWith("{")) row.lists = await openPart(userId, `${id} ${part}`, row.lists);
  const text = row && textOf(row, part);
  if (!text) throw new Problem("missing", "export.missing", "There is no such export.");
  const { parts } = row.parts === null ? (JSON.parse(text) as { parts: number }) : { parts: row.parts };
  if (format === "json") return { content: text, part, parts };
  const { toZip } = await import("./privacy/csv.ts");
  return { content: toZip(JSON.parse(text)), part, parts };
}

type StoredPart = { madeAt: string | null; parts: number | null; lists: string | null; whole: string | null };

/** A part lies sealed; one that was written before there was a vault does not, and is gone a day later. */
async function openPart(owner: string, id: string, sealed: string): Promise<string | null> {
  const { openAll } = await import("./base/vault.ts");
  const [lists] = await openAll("export_parts", [{ id, owner, sealed }]);
  return typeof lists === "string" ? lists : null;
}

/** A part of an earlier try, beyond the last, is none. */
function textOf({ madeAt, parts, lists, whole }: StoredPart, part: number): string | null {
  if (parts === null || lists === null || part > parts) return whole;
  const said = JSON.stringify({ madeAt, part, parts });
  return lists === "{}" ? said : `${said.slice(0, -1)},${lists.slice(1)}`;
}

/**
 * Deletes an account: ends its sessions, revokes its keys, deletes its data, and removes the user from the rows that are kept for
 * statistics (events, searches, sent messages) or by law (bookings). A last message notifies the owner. After the
 * answer no session is valid. The password must have been given in the last 10 minutes.
 * @throws Problem `account.booking_open` while a booking is not settled, `session.unproven`, `session.unavailable`: then nothing is deleted yet, and the call may be repeated
 */
export async function removeAccount(userId: string, sessionId: string, at: Date): Promise<void> {
  await Session.requireReauthentication(userId, sessionId, at);
  const references = await requireSettled(userId, at);
  const own = sql`users where users.id = ${userId}`;
  const keys = await Key.revokeAll(userId);
  const removal = Session.endInTransaction(userId, sql`true`, async (sessions) => {
    const { ended, revoked } = await transaction({
      // Creates and edits of watches wait here; a sweep that is settling one does not.
      lockedOwner: sql`select from ${own} for no key update`,
      // In the order in which a sweep locks them.
      lockedWatches: sql`
        select
          from price_watches
         where price_watches.user_id = ${userId}
         order by price_watches.id
           for update`,
      // A concurrent sign-in waits for this lock, and then finds no account.
      lockedForDeletion: sql`select from ${own} for update`,
      queued: Outbox.enqueue(
        "account_deleted",
        {
          userId: null,
          email: sql`(select users.email from ${own})`,
          emailKey: sql`(select users.email_key from ${own})`,
        },
        { references },
        sql`exists (select from ${own})`,
      ),
      recorded: Audit.record("deletion", { userId: null }, sql`exists (select from ${own})`),
      anonymised: Audit.anonymise(userId),
      unsent: sql`delete from messages where messages.user_id = ${userId} and messages.status = 'pending'`,
      searches: sql`
        update search_analytics
           set user_id = null,
               request_id = null
         where search_analytics.user_id = ${userId}`,
      // Keeps the number of passengers and removes their data.
      bookings: sql`
        update bookings
           set passenger_data =
                 (select jsonb_agg('{}'::jsonb) from jsonb_array_elements(bookings.passenger_data)),
               sealed = null,
               card = null,
               share_hash = null
         where bookings.user_id = ${userId}`,
      cards: Payment.forgetCustomer(userId),
      ended: sessions,
      revoked: keys.revoked,
      deleted: sql`delete from ${own}`,
    });
    await keys.settle(revoked);
    return ended;
  });
  await orMade(removal, async () => ((await sql`select from ${own} for share`).length === 0 ? [] : undefined));
}

/**
 * Returns our references of the bookings whose journeys are to come. One that is still being worked on would lose the
 * person that it is for: an order may exist, or money may be on its way.
 * @throws Problem `account.booking_open`
 */
async function requireSettled(userId: string, at: Date): Promise<string[]> {
  const rows = (await sql`
    select bookings.booking_reference as reference,
           bookings.step is not null and bookings.status <> 'failed' as "isOpen"
      from bookings
     where bookings.user_id = ${userId}
       and (bookings.step is not null or (bookings.status = 'confirmed' and bookings.departs_at > ${at}::timestamptz))
     order by bookings.departs_at, bookings.id`) as { reference: string; isOpen: boolean }[];
  if (rows.some(({ isOpen }) => isOpen))
    throw new Problem("conflict", "account.booking_open", "A booking of this account is still being worked on.");
  return rows.map(({ reference }) => reference);
}
