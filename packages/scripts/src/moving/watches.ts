import { textOf } from "./cell.ts";
import { changedIds, groupBy, isUnchanged, outcomeOf } from "./fate.ts";
import type { Old } from "./file.ts";
import { type Known, readKnown, sumOfWritten } from "./known.ts";
import { type Entry, type Statement, toArray, toColumns } from "./ledger.ts";
import type { Decided, Given, Mover, Run } from "./move.ts";
import { ownerOf, placeOfId } from "./owner.ts";
import { decideOwner } from "./ownerwatches.ts";
import { type Written, writeWatches } from "./watchrows.ts";

/**
 * Notes the accounts by address, for watches without a user: those of the file, and those here that have proven their
 * address.
 */
export async function prepareAddresses({ old, reader }: Run): Promise<void> {
  old.run("create temp table addresses (key text primary key, account text, standing text)");
  old.run("insert into addresses select key, account, standing from accounts where true on conflict do nothing");
  const insert = old.prepare("insert into addresses values (?, ?, 'here') on conflict do nothing");
  const unknown = `
    select distinct email_key(given.email) as key
      from ${old.from("watches")} as given
     where cast(given.userId as text) = 'anon'
       and not exists (select 1 from addresses where addresses.key = email_key(given.email))`;
  const keys: string[] = [];
  for (const { key } of old.rows(unknown)) if (typeof key === "string") keys.push(key);
  for (let start = 0; start < keys.length; start += 1_000) {
    const { rows } = await reader.query<{ id: string; key: string }>(
      "select users.id, users.email_key as key from users where users.email_key = any ($1::text[]) and users.email_verified",
      [keys.slice(start, start + 1_000)],
    );
    for (const { id, key } of rows) insert.run(key, id);
  }
}

export const watches: Mover<Written, Map<string, Known[]>> = {
  source: "watches",
  rows: (old: Old) =>
    old.rows(`
      select given.*,
             coalesce(named.account, mailed.account) as "owner account",
             coalesce(named.standing, mailed.standing) as "owner standing",
             ${placeOfId(old, "watches", "updatedAt", "createdAt")}
        from ${old.from("watches")} as given
        left join accounts as named on named.old_id = cast(given.userId as text)
        left join addresses as mailed
          on named.old_id is null
         and cast(given.userId as text) = 'anon'
         and mailed.key = email_key(given.email)
       order by "owner account", made_at(given.id, given.updatedAt, given.createdAt) desc, cast(given.id as text)`),
  isLast: (row, next) => row["owner account"] === null || row["owner account"] !== next["owner account"],
  look,
  decide,
  statements: (writes, run) => {
    const changed = writes.flatMap(({ value, isNew }) => (isNew ? [] : [value]));
    const written = writeWatches(
      writes.map(({ value }) => value),
      changed.map(({ id }) => id),
      run.at,
    );
    return changed.length > 0 ? [...written, noteWoken(changed.filter(({ isActive }) => isActive))] : written;
  },
};

/** A watch that is active now because one that was merged into it is: its own entry says so too. */
function noteWoken(list: Written[]): Statement {
  const sumsOf = (isActive: boolean) => toArray(list.map((value) => sumOfWritten({ ...value, isActive })));
  return {
    text: `update moved_rows
              set written_digest = decode(woken.after, 'hex')
             from unnest($1::text[], $2::text[], $3::text[]) as woken (id, before, after)
            where moved_rows.source = 'watches'
              and moved_rows.fate = 'imported'
              and moved_rows.new_id = woken.id
              and moved_rows.written_digest = decode(woken.before, 'hex')`,
    values: [...toColumns(list, "id"), sumsOf(false), sumsOf(true)],
  };
}

/** Whether a row stays as it is. One that another stands for is decided anew where that other one has changed. */
function isStill({ id, read }: Given, entries: Map<string, Entry>, changed: Set<string>): boolean {
  const entry = entries.get(id);
  return isUnchanged(entry, read) && !(entry?.fate === "merged" && changed.has(entry.newId));
}

async function look(given: Given[], entries: Map<string, Entry>, run: Run): Promise<Map<string, Known[]>> {
  const changed = new Set(changedIds(given, entries));
  const owners = new Set<string>();
  for (const one of given) {
    const owner = ownerOf(one.row);
    if ("account" in owner && !isStill(one, entries, changed)) owners.add(owner.account);
  }
  return readKnown(run, [...owners]);
}

async function decide(
  given: Given[],
  entries: Map<string, Entry>,
  known: Map<string, Known[]>,
  run: Run,
): Promise<Decided<Written>[]> {
  const decided: Decided<Written>[] = [];
  const open: { account: string; one: Given }[] = [];
  const changed = new Set(changedIds(given, entries));
  for (const one of given) {
    const { id, row } = one;
    const owner = ownerOf(row);
    if (isStill(one, entries, changed)) decided.push({ outcome: outcomeOf(id, row, "unchanged") });
    else if ("account" in owner) open.push({ account: owner.account, one });
    else {
      const why = owner.fate === "gone" && textOf(row.userId) === "anon" ? ["owner.anonymous"] : owner.why;
      decided.push({ outcome: outcomeOf(id, row, owner.fate === "left" ? "left" : "rejected", ...why) });
    }
  }
  for (const [account, list] of groupBy(open, ({ account }) => account)) {
    const rows = list.map(({ one }) => one);
    decided.push(...(await decideOwner(account, rows, entries, known.get(account) ?? [], run)));
  }
  return decided;
}
