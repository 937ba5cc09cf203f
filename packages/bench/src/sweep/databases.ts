import { userInfo } from "node:os";
import pg from "pg";

export type Databases = Awaited<ReturnType<typeof openDatabases>>;

/**
 * Opens the bench's databases on one server, by its socket where it has one: `product` is the database that `url`
 * names, the others are copies of it under other names.
 */
export async function openDatabases(url: string) {
  const product = new URL(url).pathname.slice(1);
  const made = new Set<string>();
  const open = new Set<pg.Client>();
  /** Returns the name of the database on the server. */
  const database = (name: string) => (name === "product" ? product : `${product}_${name}`);
  const socket = await withClient(url, async (client) => {
    const { rows } = await client.query("show unix_socket_directories");
    return String(rows[0].unix_socket_directories).split(",")[0]?.trim();
  });
  const { username, password, port, hostname } = new URL(url);
  const options = (name: string): pg.ClientConfig => ({
    user: decodeURIComponent(username) || userInfo().username,
    password: decodeURIComponent(password),
    port: Number(port || 5432),
    host: socket || hostname,
    database: name,
  });
  const admin = new pg.Client(options(product === "postgres" ? "template1" : "postgres"));
  await admin.connect();
  const drop = (name: string) => admin.query(`drop database if exists "${database(name)}" with (force)`);

  return {
    database,
    connect: async (name: string) => {
      const client = new pg.Client(options(database(name)));
      await client.connect();
      open.add(client.on("end", () => open.delete(client)));
      return client;
    },
    /** Replaces `to` with a copy of `from`, and ends all connections to both. */
    copy: async (from: string, to: string) => {
      made.add(to);
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1) and pid <> pg_backend_pid()",
        [[database(from), database(to)]],
      );
      await drop(to);
      await admin.query(`create database "${database(to)}" template "${database(from)}" strategy file_copy`);
      await admin.query("checkpoint");
    },
    /** Drops all copies. */
    clear: async () => {
      await Promise.all([...open].map((client) => client.end()));
      made.delete("product");
      for (const name of made) await drop(name);
      made.clear();
    },
    close: () => admin.end(),
  };
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  return use(client).finally(() => client.end());
}
