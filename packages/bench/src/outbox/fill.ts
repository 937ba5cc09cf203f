import type pg from "pg";

/** Empties the outbox, and fills it with letters that are due, each to an address of its own. */
export async function fill(client: pg.Client, count: number): Promise<void> {
  await client.query("truncate messages cascade");
  await client.query(
    `insert into messages (id, kind, email, data, due_at)
     select 'msg_' || lpad(n::text, 26, '0'), 'email_taken', 'ada.' || n || '@example.com', '{}', now() - interval '1 hour'
       from generate_series(1, $1::int) as n`,
    [count],
  );
  await client.query("analyze messages");
}
