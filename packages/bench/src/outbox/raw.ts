import type pg from "pg";

const claim = `
  with chosen as materialized (
    select id
      from messages
     where status = 'pending' and due_at <= now() and (claimed_until is null or claimed_until < now())
     order by due_at, id
     limit $1
       for no key update skip locked
  )
  update messages
     set claimed_until = now() + interval '2 minutes', attempts = attempts + 1, fence = fence + 1
    from chosen
   where messages.id = chosen.id
  returning messages.id, messages.fence::text, messages.kind, messages.email, messages.data`;

const write = `
  update messages
     set words = given.words::jsonb
    from unnest($1::text[], $2::bigint[], $3::text[]) as given (id, fence, words)
   where messages.id = given.id and messages.fence = given.fence`;

const settle = `
  update messages
     set status = 'sent', email = null, data = null, words = null, settled_at = now(), claimed_until = null,
         provider_id = 'bench'
    from unnest($1::text[], $2::bigint[]) as given (id, fence)
   where messages.id = given.id and messages.fence = given.fence`;

/** The bound: the same three writes of each batch on a connection of its own, with the `words` of one letter in all, without
 * composing or sending anything. */
export async function rawBatches(client: pg.Client, count: number, batch: number, words: string): Promise<number> {
  const began = performance.now();
  for (let done = 0; done < count; ) {
    const { rows } = await client.query({ name: "claim", text: claim, values: [batch] });
    const [ids, fences] = [rows.map(({ id }) => id), rows.map(({ fence }) => fence)];
    await client.query({ name: "write", text: write, values: [ids, fences, ids.map(() => words)] });
    await client.query({ name: "settle", text: settle, values: [ids, fences] });
    done += rows.length;
  }
  return count / ((performance.now() - began) / 1000);
}
