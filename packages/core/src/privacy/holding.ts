import { type Fragment, sql } from "../base/db.ts";
import { openAll, partsOf } from "../base/vault.ts";
import * as Moved from "../moved.ts";

/** The personal data of a user at one moment (UTC): a list of rows for each table. */
export type PersonalData = { madeAt: string; lists: Record<string, object[]> };

/**
 * Which rows of a table belong to a user, and which of its columns are left out of the export, or all of it. `isSealed`:
 * the column `sealed` holds the rest of the row (base/vault.ts), and is opened; so is each part of the column `list`.
 */
type Holding = { whose: (userId: string) => Fragment; without?: string[] | "all"; isSealed?: true; list?: string };

const ownedBy = (table: string) => (userId: string) => sql`${sql.unsafe(table)}.user_id = ${userId}`;
const watched = (table: string) => (userId: string) =>
  sql`${sql.unsafe(table)}.watch_id in (select price_watches.id from price_watches where price_watches.user_id = ${userId})`;

const written = (table: string) => (userId: string) =>
  sql`${sql.unsafe(table)}.post_id in (select posts.id from posts where posts.user_id = ${userId})`;

/**
 * Every table with personal data. Left out are secrets (hashes, links that prove access to a mailbox), the export
 * itself, and columns that only serve to find a row.
 */
export const holdings: Record<string, Holding> = {
  users: {
    whose: (userId) => sql`users.id = ${userId}`,
    without: ["password_hash", "password_version", "email_key"],
  },
  sessions: { whose: ownedBy("sessions"), without: ["password_version"] },
  api_keys: { whose: ownedBy("api_keys"), without: ["hash"] },
  passkeys: { whose: ownedBy("passkeys"), without: ["credential_id", "public_key", "counter"] },
  totp_secrets: { whose: ownedBy("totp_secrets"), without: ["secret", "last_step"] },
  recovery_codes: { whose: ownedBy("recovery_codes"), without: ["hash"] },
  verification_tokens: { whose: ownedBy("verification_tokens"), without: ["id", "email_key"] },
  account_events: { whose: ownedBy("account_events") },
  messages: { whose: ownedBy("messages"), without: ["data", "words", "fence", "claimed_until"] },
  exports: { whose: ownedBy("exports"), without: ["content", "token_hash", "fence", "claimed_until"] },
  export_parts: {
    whose: (userId) =>
      sql`export_parts.export_id in (select exports.id from exports where exports.user_id = ${userId})`,
    without: "all",
  },
  idempotency_keys: { whose: ownedBy("idempotency_keys"), without: ["request_hash", "claimed_until"] },
  search_analytics: { whose: ownedBy("search_analytics") },
  bookings: {
    whose: ownedBy("bookings"),
    without: [
      "card",
      "payment_intent",
      "change",
      "charges",
      "returns",
      "hints",
      "looked",
      "fence",
      "claimed_until",
      "party",
      "twin",
      "share_hash",
    ],
    isSealed: true,
    list: "passenger_data",
  },
  auto_holds: { whose: ownedBy("auto_holds") },
  booking_events: {
    whose: (userId) =>
      sql`booking_events.booking_id in (select bookings.id from bookings where bookings.user_id = ${userId})`,
  },
  payment_customers: { whose: ownedBy("payment_customers"), without: ["customer"] },
  payment_methods: { whose: ownedBy("payment_methods"), without: ["token"] },
  price_watches: { whose: ownedBy("price_watches") },
  watch_fares: {
    whose: watched("watch_fares"),
    without: ["wake_below", "wake_above", "wake_drop", "wake_first", "wake_new_low", "wake_route_low", "live"],
  },
  watch_changes: { whose: watched("watch_changes") },
  alerts: { whose: ownedBy("alerts") },
  alert_rules: { whose: watched("alert_rules") },
  alert_deliveries: {
    whose: (userId) =>
      sql`alert_deliveries.alert_id in (select alerts.id from alerts where alerts.user_id = ${userId})`,
    without: ["claimed_by", "claimed_until"],
  },
  moved_rows: { whose: Moved.isOf, without: ["read_digest", "written_digest"] },
  guide_versions: {
    whose: (userId) => sql`guide_versions.author = ${userId}`,
    without: ["blocks", "body"],
  },
  travelers: { whose: ownedBy("travelers"), isSealed: true },
  traveler_documents: { whose: ownedBy("traveler_documents"), isSealed: true },
  posts: { whose: ownedBy("posts"), without: ["rank"] },
  travel_tips: { whose: written("travel_tips") },
  reviews: { whose: written("reviews") },
  post_versions: { whose: written("post_versions") },
  post_votes: { whose: ownedBy("post_votes") },
  post_reports: { whose: ownedBy("post_reports") },
  post_decisions: { whose: written("post_decisions"), without: ["operator_id"] },
  post_appeals: { whose: written("post_appeals") },
  channels: { whose: ownedBy("channels"), without: ["sealed", "token_hash", "chat_key"] },
  mail_events: {
    whose: (userId) =>
      sql`mail_events.channel_id in (select channels.id from channels where channels.user_id = ${userId})`,
  },
  channel_tries: {
    whose: (userId) =>
      sql`channel_tries.channel_id in (select channels.id from channels where channels.user_id = ${userId})`,
  },
};

/**
 * Reads all personal data of a user in one snapshot. Rows are read whole, so that columns added later are included.
 * Names are in camelCase, instants in UTC, amounts in the minor unit of the currency beside them.
 */
export async function collect(userId: string, at: Date): Promise<PersonalData> {
  const parts = Object.entries(holdings).flatMap(([table, { whose, without = [] }]) => {
    if (without === "all") return [];
    const name = sql.unsafe(table);
    return sql`
      select ${table}::text as "table", coalesce(jsonb_agg(to_jsonb(${name}) - ${without}::text[]), '[]') as "rows"
        from ${name}
       where ${whose(userId)}`;
  });
  const found = (await parts.reduce((all, part) => sql`${all} union all ${part}`)) as {
    table: string;
    rows: object[];
  }[];
  const lists = await Promise.all(
    found.map(async ({ table, rows }) => {
      const { isSealed, list } = holdings[table]!;
      const open = isSealed ? await opened(table, rows as SealedRow[]) : rows;
      const clear = list ? await Promise.all(open.map((row) => openedList(table, row as ListRow, list))) : open;
      return [camel(table), clear.map(selectRows)];
    }),
  );
  return { madeAt: at.toISOString(), lists: Object.fromEntries(lists) };
}

type SealedRow = { id: string; user_id: string; sealed: string | null };

/** The rows with what was sealed in them; of one that does not open the rest is there, and says so. */
async function opened(table: string, rows: SealedRow[]): Promise<object[]> {
  const closed = rows.flatMap(({ id, user_id, sealed }) => (sealed === null ? [] : { id, owner: user_id, sealed }));
  const values = await openAll(table, closed);
  const open = new Map(closed.map(({ id }, index) => [id, (values[index] as object) ?? { unreadable: true }]));
  return rows.map(({ sealed: _, ...row }) => ({ ...row, ...open.get(row.id) }));
}

type ListRow = { id: string; user_id: string } & Record<string, unknown>;

/** A row whose column is a list, each part of which may be sealed by itself. */
async function openedList(table: string, row: ListRow, column: string): Promise<object> {
  const parts = row[column] as { sealed?: string }[];
  if (parts.every((part) => part.sealed === undefined)) return row;
  const values = await openAll(table, partsOf(row.id, row.user_id, parts));
  return { ...row, [column]: values.map((value) => value ?? { unreadable: true }) };
}

/** The rows of an export in their order, each with the name of its list. */
export async function* rowsOf(
  { lists }: PersonalData,
  more: Record<string, AsyncIterable<object>> = {},
): AsyncGenerator<[list: string, row: object]> {
  for (const [list, rows] of Object.entries(lists)) for (const row of rows) yield [list, row];
  for (const [list, rows] of Object.entries(more)) for await (const row of rows) yield [list, row];
}

/**
 * Divides rows into JSON objects `{"users":[…],…}`, each with at most `most` bytes of rows, so that one can be sent:
 * Lambda answers with at most 6 MB, and escaping can double a text of quotes and backslashes. Every one of `lists`
 * begins in the first part and continues in the next ones. One part is in memory at a time.
 */
export async function* divide(
  rows: AsyncIterable<[list: string, row: object]>,
  lists: string[],
  most = 3_000_000,
): AsyncGenerator<string> {
  let part: Record<string, object[]> = Object.fromEntries(lists.map((list) => [list, []]));
  let size = 0;
  for await (const [list, row] of rows) {
    const bytes = Buffer.byteLength(JSON.stringify(row)) + 1;
    size += bytes;
    if (size > most) {
      yield JSON.stringify(part);
      part = {};
      size = bytes;
    }
    part[list] ??= [];
    part[list].push(row);
  }
  yield JSON.stringify(part);
}

const selectRows = (row: object) =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [camel(column), value]));

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
