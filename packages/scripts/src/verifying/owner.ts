import { emailKey, isAddress } from "@travel-conductor/core/base/mailbox";
import { type Cell, idOf, length, madeAt, said } from "./cell.ts";
import type { Context } from "./context.ts";
import { rowsOf } from "./latest.ts";
import type { Old } from "./old.ts";

/**
 * The account of a person of the old file: its own, one that was made here, none because that one is not proven, or none
 * because it is missing here. `forgets` is whether its searches were forgotten here.
 */
export type Account = { state: "own" | "here" | "unproven" | "missing"; id: string | null; forgets: boolean };

/** Whose a row is. */
export type Owner = Account | "gone";

/** An e-mail address of the old file as it is kept. */
export function emailOf(id: string, { text }: Cell): { email: string; key: string } {
  const trimmed = text?.trim() ?? "";
  const email = isAddress(trimmed) ? trimmed : (text ?? "");
  const key = emailKey(email);
  const fits = [email, key].every((one) => length(one) >= 3 && length(one) <= 320);
  return fits ? { email, key } : { email: `${id}@moved.invalid`, key: emailKey(`${id}@moved.invalid`) };
}

/** Notes which users of the old file are one account, by its oldest user, and which account here that is. */
export async function noteAccounts(context: Context): Promise<void> {
  const { old, others, here, at } = context;
  old.note("create table person (id text primary key, mail text, made text, head text)");
  old.note("create table account (head text primary key, mail text, size int, state text, id text, forgets int)");
  old.note("begin");
  for (const row of rowsOf(context, "users", "updated_at", "created_at")) {
    const id = idOf(row("id"));
    if (id === null) continue;
    const made = madeAt(id, row("created_at")) ?? at.toISOString();
    old.note("insert or ignore into person values (?, ?, ?, null)", [id, emailOf(id, row("email")).key, made]);
  }
  old.note("create index person_mail on person (mail, made, id)");
  old.note(`insert into account (head, mail, size)
    select first.id, first.mail, (select count(*) from person where person.mail = first.mail)
      from person as first
     where first.id = (select id from person where person.mail = first.mail order by made, id limit 1)`);
  for (const mail of anonymousMails([old, ...others]))
    old.note(
      "insert into account (head, mail, size) select ?, ?, 0 where not exists (select 1 from account where mail = ?)",
      [`${anonymous}${mail}`, mail, mail],
    );
  old.note("create index account_mail on account (mail)");
  old.note("update person set head = (select account.head from account where account.mail = person.mail)");
  old.note("commit");
  for (let after: string | undefined = ""; after !== undefined; ) after = await findAccounts({ old, here }, after);
}

/** Begins what stands for the oldest user of an account that no user of the old file has. */
const anonymous = "\u0001";

/** The e-mail keys of watches of nobody: an account that was made here may have them. */
function* anonymousMails(files: Old[]): Generator<string> {
  for (const file of files)
    for (const row of file.rows("watches")) {
      const { text } = row("email");
      if (said(row("userId")) === "anon" && text !== null) yield emailKey(text);
    }
}

const batch = 1_000;

async function findAccounts({ old, here }: Pick<Context, "old" | "here">, after: string): Promise<string | undefined> {
  const heads = [
    ...old.each(`select head, mail from account where head > ? order by head limit ${batch}`, [after]),
  ].map(({ head, mail }) => ({ head: String(head), mail: String(mail) }));
  const { rows } = await here.query(
    `select id, legacy_id, email_key, email_verified, searches_forgotten_at is not null as forgets
       from users where legacy_id = any ($1) or email_key = any ($2)`,
    [heads.map(({ head }) => head), heads.map(({ mail }) => mail)],
  );
  const byOldId = new Map(rows.map((row) => [row.legacy_id, row]));
  const byMail = new Map(rows.map((row) => [row.email_key, row]));
  for (const { head: oldest, mail } of heads) {
    const other = byMail.get(mail);
    // Where an older user of the address came with a later run, the account stays of the one that came first.
    const first = byOldId.has(oldest) || !other?.legacy_id ? undefined : String(other.legacy_id);
    const isMember = first && old.one("select 1 as found from person where id = ? and mail = ?", [first, mail]).found;
    const head = isMember ? first : oldest;
    if (isMember) old.note("update person set head = ? where mail = ?", [head, mail]);
    const account = byOldId.get(head) ?? other;
    const state =
      isMember || byOldId.has(head) ? "own" : !other ? "missing" : other.email_verified ? "here" : "unproven";
    const id = account && state !== "unproven" ? String(account.id) : null;
    old.note("update account set head = ?, state = ?, id = ?, forgets = ? where mail = ?", [
      ...[head, state, id, account?.forgets ? 1 : 0, mail],
    ]);
  }
  return heads.length < batch ? undefined : heads.at(-1)!.head;
}

/** Finds the owner of rows by the id of a user of the old file, or by an e-mail address. */
export function ownersOf({ old }: Context): { ofUser: (cell: Cell) => Owner; ofMail: (cell: Cell) => Owner } {
  const columns = "account.state, account.id, account.forgets, account.size";
  const byUser = old.prepared(
    `select ${columns} from person join account on account.head = person.head where person.id = ?`,
  );
  const byMail = old.prepared(`select ${columns} from account where mail = ?`);
  const owner = (row: Record<string, unknown> | null): Owner => {
    if (!row || (row.size === 0 && row.state === "missing")) return "gone";
    const id = row.id === null ? null : String(row.id);
    return { state: row.state as Account["state"], id, forgets: row.forgets === 1 };
  };
  return {
    ofUser: ({ text }) => (text === null ? "gone" : owner(byUser(text))),
    ofMail: ({ text }) => (text === null ? "gone" : owner(byMail(emailKey(text)))),
  };
}
