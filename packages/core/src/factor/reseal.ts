import { sql } from "../base/db.ts";
import type { Renewed } from "../base/seal.ts";
import { renew } from "./seal.ts";

const batch = 200;

/**
 * Seals the secrets of apps with the first version of FACTOR_SECRET, a batch in one statement. A row is written only
 * where it still holds what was read, so that it may be cut off and run again, also beside the product.
 */
export async function reseal(): Promise<Renewed> {
  const outcome: Renewed = { renewed: 0, left: 0, unreadable: 0 };
  for (let after = ""; ; ) {
    const rows = (await sql`
      select totp_secrets.user_id as id, totp_secrets.secret as before
        from totp_secrets
       where totp_secrets.user_id > ${after}
       order by totp_secrets.user_id
       limit ${batch}`) as { id: string; before: string }[];
    if (rows.length === 0) return outcome;
    after = rows.at(-1)!.id;
    const read = rows.map((row) => ({ ...row, sealed: renew(row.before, row.id) }));
    const changes = read.filter(({ before, sealed }) => sealed !== undefined && sealed !== before);
    outcome.unreadable += read.filter(({ sealed }) => sealed === undefined).length;
    if (changes.length === 0) continue;
    const written = await sql`
      update totp_secrets
         set secret = changes.sealed
        from unnest(
               ${changes.map(({ id }) => id)}::text[],
               ${changes.map(({ before }) => before)}::text[],
               ${changes.map(({ sealed }) => sealed)}::text[]
             ) as changes (id, before, sealed)
       where totp_secrets.user_id = changes.id
         and totp_secrets.secret = changes.before
      returning 1`;
    outcome.renewed += written.length;
  }
}
