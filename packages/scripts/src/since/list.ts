/** The Postgres to ask: what node-postgres answers. */
export type Here = { query: (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }> };

/** What became of a row: `at` is when, in ISO 8601 in UTC, null where that is not known. */
export type Entry = { table: string; what: "created" | "changed" | "ended" | "removed"; id: string; at: string | null };

/** How often something happened that is counted alone. */
export type Count = { table: string; count: number };

const page = 1_000;

/** A moment as ISO 8601 in UTC to the millisecond. */
const utc = (moment: string) => `to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A row that the importer wrote. */
const isMoved = (table: string) => `exists (select from moved_rows where moved_rows.new_id = ${table}.id)`;

/** A row that was moved keeps the moments of its file: it can be changed here only once an import has begun. */
const sinceImport = (table: string) =>
  `(not ${isMoved(table)}
     or ${table}.updated_at >= (select coalesce(min(import_runs.started_at), '-infinity') from import_runs))`;

/** What the importer writes to a watch that is here already has the moment of its run. */
const isPersons = (moment: string) => `not exists (select from import_runs where import_runs.at = ${moment})`;

/** An event of an account that changes what opens it. */
const changes = `account_events.event in ('reset', 'password_changed', 'email_changed', 'passkey_added',
  'passkey_removed', 'totp_on', 'totp_off', 'recovery_renewed', 'recovery_used', 'factor_required',
  'factor_optional')`;

/** Statements that find ids and moments, `$1` being the instant: by table, and by what became of the row. */
const lists: [table: string, what: Entry["what"], statement: string][] = [
  ["users", "created", created("users")],
  [
    "users",
    "changed",
    `select found.id, max(found.at) as at
       from (select users.id, users.updated_at as at from users
              where users.updated_at >= $1 and users.created_at < $1 and ${sinceImport("users")}
             union all
             select account_events.user_id, account_events.at from account_events
              where account_events.at >= $1 and account_events.user_id is not null and ${changes}) as found
      group by found.id`,
  ],
  ["price_watches", "created", created("price_watches")],
  [
    "price_watches",
    "changed",
    `select watch_changes.watch_id as id, max(watch_changes.at) as at
       from watch_changes
       join price_watches on price_watches.id = watch_changes.watch_id
      where watch_changes.at >= $1 and watch_changes.version > 1
        and ${isPersons("watch_changes.at")} and (price_watches.ended_at is null or price_watches.ended_at < $1)
      group by watch_changes.watch_id`,
  ],
  [
    "price_watches",
    "ended",
    `select price_watches.id, price_watches.ended_at as at from price_watches
      where price_watches.ended_at >= $1 and price_watches.version > 1
        and ${isPersons("price_watches.ended_at")}`,
  ],
  ["bookings", "created", created("bookings")],
  ["bookings", "changed", changed("bookings")],
  ["travelers", "created", created("travelers")],
  ["travelers", "changed", changed("travelers")],
  // Each account has the channel of its own address.
  ["channels", "created", `${newRows("channels")} and channels.kind <> 'email'`],
  ["traveler_documents", "created", newRows("traveler_documents")],
  ["api_keys", "created", newRows("api_keys")],
  ["passkeys", "created", newRows("passkeys")],
  ["users", "removed", removed("users", "users")],
  ["price_watches", "removed", removed("watches", "price_watches")],
  ["travelers", "removed", removed("passenger_profiles", "travelers")],
];

function newRows(table: string): string {
  return `select ${table}.id, ${table}.created_at as at from ${table} where ${table}.created_at >= $1`;
}

function created(table: string): string {
  return `${newRows(table)} and not ${isMoved(table)}`;
}

function changed(table: string): string {
  return `select ${table}.id, ${table}.updated_at as at from ${table}
           where ${table}.updated_at >= $1 and ${table}.created_at < $1 and ${sinceImport(table)}`;
}

/** Rows that were moved and are gone: when they went is not known. */
function removed(source: string, table: string): string {
  return `select distinct moved_rows.new_id as id, null::timestamptz as at from moved_rows
           where moved_rows.source = '${source}'
             and not exists (select from ${table} where ${table}.id = moved_rows.new_id)`;
}

const counts: [table: string, statement: string][] = [
  ["alerts", "select count(*) from alerts where alerts.created_at >= $1"],
  [
    "search_analytics",
    `select count(*) from search_analytics
      where search_analytics.created_at >= $1 and search_analytics.legacy_id is null`,
  ],
];

/**
 * Lists what people wrote here from `since` on, without the rows that the importer wrote: per table ids and moments, and
 * nothing personal; of alerts and searches their number. Reads a page at a time.
 */
export async function* writtenSince(here: Here, since: Date): AsyncGenerator<Entry | Count> {
  for (const [table, what, statement] of lists)
    for (let after = "", more = true; more; ) {
      const { rows } = await here.query(
        `select written.id, ${utc("written.at")} as at from (${statement}) as written
          where written.id > $2 and $1::timestamptz is not null order by written.id limit ${page}`,
        [since.toISOString(), after],
      );
      for (const { id, at } of rows) yield { table, what, id: String(id), at: at === null ? null : String(at) };
      after = String(rows.at(-1)?.id ?? "");
      more = rows.length === page;
    }
  for (const [table, statement] of counts) {
    const { rows } = await here.query(statement, [since.toISOString()]);
    yield { table, count: Number(rows[0]!.count) };
  }
}
