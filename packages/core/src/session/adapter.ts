import type { Adapter, DatabaseSession, DatabaseUser } from "lucia";
import { sql } from "../base/db.ts";

/** A table and its columns, by the field of lucia that each holds. Constants of the program, never input. */
type Table<Field extends string> = {
  table: string;
  columns: Record<Field, string>;
  attributes: Record<string, string>;
};
export type Tables = { user: Table<"id">; session: Table<"id" | "userId" | "expiresAt"> };

type Values = Record<string, unknown>;

/** Lucia 3's storage over Neon's driver: one request per call. A session without a user counts as absent. */
export function createAdapter({ user, session }: Tables) {
  const sessions = name(session.table);
  const id = name(session.table, session.columns.id);
  const userId = name(session.table, session.columns.userId);
  const expiresAt = name(session.table, session.columns.expiresAt);

  /** The statement that stores a session, for a transaction. */
  function insertion({ attributes, ...own }: DatabaseSession) {
    const row = { ...byColumn(session.columns, own), ...byColumn(session.attributes, attributes) };
    const columns = sql.unsafe(Object.keys(row).map(quoted).join(", "));
    return sql`
      insert into ${sessions} (${columns})
      select ${columns}
        from json_populate_record(null::${sessions}, ${JSON.stringify(row)}::json)`;
  }

  const adapter: Adapter = {
    async getSessionAndUser(sessionId) {
      const [row] = await sql`
        select ${selectList(session)}, ${selectList(user)}
          from ${sessions}
          join ${name(user.table)} on ${name(user.table, user.columns.id)} = ${userId}
         where ${id} = ${sessionId}`;
      return row ? [parseRow<DatabaseSession>(row, session), parseRow<DatabaseUser>(row, user)] : [null, null];
    },

    async getUserSessions(owner) {
      const rows = await sql`
        select ${selectList(session)}
          from ${sessions}
         where ${userId} = ${owner}`;
      return rows.map((row) => parseRow<DatabaseSession>(row, session));
    },

    async setSession(row) {
      await insertion(row);
    },

    async updateSessionExpiration(sessionId, end) {
      await sql`
        update ${sessions}
           set ${name(session.columns.expiresAt)} = ${end}
         where ${id} = ${sessionId}`;
    },

    async deleteSession(sessionId) {
      await sql`delete from ${sessions} where ${id} = ${sessionId}`;
    },

    async deleteUserSessions(owner) {
      await sql`delete from ${sessions} where ${userId} = ${owner}`;
    },

    async deleteExpiredSessions() {
      await sql`delete from ${sessions} where ${expiresAt} <= now()`;
    },
  };
  return { ...adapter, insertion };
}

const quoted = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;

const name = (...path: string[]) => sql.unsafe(path.map(quoted).join("."));

/** Selects every column of the table as `table.field`, so that the columns of two tables can be in one row. */
function selectList({ table, columns, attributes }: Table<never>) {
  const all = Object.entries<string>({ ...columns, ...attributes });
  return sql.unsafe(
    all.map(([field, column]) => `${quoted(table)}.${quoted(column)} as ${quoted(`${table}.${field}`)}`).join(", "),
  );
}

function parseRow<T>(row: Values, { table, columns, attributes }: Table<never>): T {
  const part = (fields: Values) =>
    Object.fromEntries(Object.keys(fields).map((field) => [field, row[`${table}.${field}`]]));
  return { ...part(columns), attributes: part(attributes) } as T;
}

function byColumn(columns: Record<string, string>, values: Values): Values {
  return Object.fromEntries(Object.entries(columns).map(([field, column]) => [column, values[field]]));
}
