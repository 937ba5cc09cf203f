import { sql } from "../base/db.ts";
import type { Renewed } from "../base/seal.ts";
import { openOpening, renewOpening } from "./opening.ts";
import { keysOf } from "./telegram.ts";

const batch = 200;

type Row = { id: string; kind: string; before: string };

/**
 * Seals the addresses of channels with the first version of MESSAGE_SECRET, a batch in one statement, and finds chats
 * by it. A row is written only where it still holds what was read, so that it may be cut off and run again, also beside
 * the product. A webhook whose receiver holds a secret that an older version gave is `left` until its owner rotates it.
 */
export async function reseal(): Promise<Renewed> {
  const outcome: Renewed = { renewed: 0, left: 0, unreadable: 0 };
  for (let after = ""; ; ) {
    const rows = (await sql`
      select channels.id, channels.kind, channels.sealed as before
        from channels
       where channels.id > ${after}
         and channels.sealed is not null
       order by channels.id
       limit ${batch}`) as Row[];
    if (rows.length === 0) return outcome;
    after = rows.at(-1)!.id;
    const read = rows.map((row) => ({ ...row, sealed: renewOpening(row.id, row.before) }));
    const old = read.filter(({ before, sealed }) => sealed !== undefined && sealed !== before);
    const changes = old.filter(({ kind }) => kind !== "webhook");
    outcome.unreadable += read.filter(({ sealed }) => sealed === undefined).length;
    outcome.left += old.length - changes.length;
    if (changes.length === 0) continue;
    const written = await sql`
      update channels
         set sealed = changes.sealed,
             chat_key = coalesce(changes.chat_key, channels.chat_key)
        from unnest(
               ${changes.map(({ id }) => id)}::text[],
               ${changes.map(({ before }) => before)}::text[],
               ${changes.map(({ sealed }) => sealed)}::text[],
               ${changes.map(chatKeyOf)}::text[]
             ) as changes (id, before, sealed, chat_key)
       where channels.id = changes.id
         and channels.sealed = changes.before
      returning 1`;
    outcome.renewed += written.length;
  }
}

/** What the chat of a Telegram channel is found by with the first version; null for other kinds. */
function chatKeyOf({ id, kind, before }: Row): string | null {
  const chatId = kind === "telegram" ? openOpening<{ chatId: string }>(id, before)?.chatId : undefined;
  return chatId === undefined ? null : keysOf(chatId)[0]!;
}
