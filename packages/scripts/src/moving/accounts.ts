import { stableId } from "@travel-conductor/core/base/id";
import * as User from "@travel-conductor/core/user";
import { type Account, accountOf, addressOf } from "./account.ts";
import { idOf, madeAt, momentOf } from "./cell.ts";
import { groupBy, importedAs, isUnchanged, mergedInto, outcomeOf } from "./fate.ts";
import type { Old, Row } from "./file.ts";
import { type Entry, toArray, toColumns } from "./ledger.ts";
import type { Decided, Given, Mover, Run } from "./move.ts";
import { Losses } from "./person.ts";
import { digestOfValue, sumOf } from "./sum.ts";

/**
 * The users of all files, each with its key and when it was made; `accounts` will have what became of each: its account
 * here, or that it was rejected or deleted. Later tables are joined with it.
 */
export function preparePeople(old: Old, at: Date): void {
  old.run(`create temp table people (old_id text primary key, key text, made text, changed text, file int, place int)`);
  old.run(`create temp table accounts (old_id text primary key, key text, account text, standing text)`);
  const insert = old.prepare(`
    insert into people values (?, ?, ?, ?, ?, ?)
    on conflict (old_id) do update
       set (key, made, changed, file, place) =
           (excluded.key, excluded.made, excluded.changed, excluded.file, excluded.place)
     where excluded.changed > people.changed`);
  old.run("begin");
  for (const row of old.rows(`select id, email, created_at, updated_at, file, place from ${old.from("users")}`)) {
    const id = idOf(row.id);
    if (id === undefined) continue;
    const { made } = madeAt(id, at, row.created_at);
    const changed = momentOf(row.updated_at) ?? made;
    insert.run(
      id,
      addressOf(id, row.email).key,
      made.toISOString(),
      changed.toISOString(),
      Number(row.file),
      Number(row.place),
    );
  }
  old.run("commit");
  old.run("create unique index temp.people_place on people (file, place)");
}

/** An account whose old passwords stop opening it, because several users had its address. */
type Closed = { closes: string };

export const users: Mover<Account | Closed, Known[]> = {
  source: "users",
  rows: (old) =>
    old.rows(`
      select given.*, people.key as "people key"
        from ${old.from("users")} as given
        left join people on people.file = given.file and people.place = given.place
       order by people.key, people.made, people.old_id`),
  isLast: (row, next) => textKey(row) === undefined || textKey(row) !== textKey(next),
  look: (given, entries, run) =>
    readKnown(
      run,
      [...new Set(given.flatMap(({ row }) => textKey(row) ?? []))],
      [...entries.values()].map(({ newId }) => newId),
    ),
  decide,
  statements: (writes, run) => {
    const closed = writes.flatMap(({ value }) => ("closes" in value ? [value.closes] : []));
    const [fresh, old] = [true, false].map((isNew) =>
      writes.flatMap((one) => (one.isNew === isNew && "id" in one.value ? [one.value] : [])),
    );
    return [
      ...(fresh!.length > 0 ? [insertAccounts(fresh!, run.at)] : []),
      ...(old!.length > 0 ? [updateAccounts(old!)] : []),
      ...(closed.length > 0 ? [closeAccounts(closed)] : []),
    ];
  },
};

const textKey = (row: Row) => (row["people key"] as string | null) ?? undefined;

type Known = { id: string; key: string; legacyId: string | null; proven: boolean; isShared: boolean } & Kept;
type Kept = Omit<Account, "id" | "key" | "legacyId" | "passwordHash" | "isShared" | "createdAt" | "updatedAt">;

async function decide(
  given: Given[],
  entries: Map<string, Entry>,
  known: Known[],
  run: Run,
): Promise<Decided<Account | Closed>[]> {
  const groups = groupBy(
    given.filter(({ row }) => textKey(row) !== undefined),
    ({ row }) => textKey(row)!,
  );
  const decided = given.flatMap(({ id, row }): Decided<Account | Closed>[] =>
    textKey(row) === undefined ? [{ outcome: outcomeOf(id, row, "merged", "id.same") }] : [],
  );
  const place = run.old.prepare("insert into accounts values (?, ?, ?, ?)");
  run.old.run("begin");
  for (const [key, group] of groups) {
    const { account, standing, outcomes } = decideGroup(key, group, entries, known, run);
    for (const { id } of group) place.run(id, key, account, standing);
    decided.push(...outcomes);
  }
  run.old.run("commit");
  return decided;
}

type Group = {
  account: string | null;
  standing: "here" | "rejected" | "deleted";
  outcomes: Decided<Account | Closed>[];
};

/** Decides the users of one address, the oldest first. */
function decideGroup(key: string, group: Given[], entries: Map<string, Entry>, known: Known[], run: Run): Group {
  const { at } = run;
  const all = (fate: "left" | "rejected", code: string): Decided<never>[] =>
    group.map(({ id, row }) => ({ outcome: outcomeOf(id, row, fate, code) }));
  const moved = group.flatMap(({ id }) => entries.get(id) ?? [])[0];
  const [oldest] = group as [Given];
  const own = stableId("usr", madeAt(oldest.id, at, oldest.row.created_at).made, `users ${oldest.id}`);
  const holder = known.find((each) => (moved ? each.id === moved.newId : each.key === key));
  if (moved && !holder) return { account: null, standing: "deleted", outcomes: all("left", "deleted") };
  if (!moved && holder && holder.id !== own && !holder.proven && !isOfMoved(holder, run))
    return { account: null, standing: "rejected", outcomes: all("rejected", "account.unproven") };
  const account = holder?.id ?? own;
  const main =
    group.find(({ id }) => entries.get(id)?.fate === "imported") ??
    (moved || (holder && holder.id !== own) ? undefined : oldest);
  const first = main && decideMain(account, main, group, entries.get(main.id), holder, at);
  const outcomes = group.map((one): Decided<Account | Closed> => {
    if (one === main) return first!;
    if (isUnchanged(entries.get(one.id), one.read)) return { outcome: outcomeOf(one.id, one.row, "unchanged") };
    const merged = mergedInto(account, one, main || holder?.legacyId ? "email.same" : "account.here");
    return first?.write ? merged : { ...merged, write: { value: { closes: account }, isNew: false } };
  });
  return { account, standing: "here", outcomes };
}

/**
 * Whether an account is one of an old user, and has in the file, where its user is in it, the address that it has here.
 */
function isOfMoved({ legacyId, key }: Known, { old }: Run): boolean {
  if (legacyId === null) return false;
  for (const { key: given } of old.rows("select key from people where old_id = ?", legacyId)) return given === key;
  return true;
}

/** Decides the user that the account of its group is made of. */
function decideMain(
  id: string,
  one: Given,
  group: Given[],
  entry: Entry | undefined,
  here: Known | undefined,
  at: Date,
): Decided<Account> {
  const read = sumOf(one.read, ...group.map((member) => member.id));
  if (isUnchanged(entry, read)) return { outcome: outcomeOf(one.id, one.row, "unchanged") };
  const lost = new Losses();
  const value = accountOf(id, one, group.length > 1 || here?.isShared === true, lost, at);
  const written = digestOfValue(keptOf(value));
  if (entry && here) {
    const standing = digestOfValue(keptOf(here));
    if (standing !== entry.written && standing !== written)
      return { outcome: { ...outcomeOf(one.id, one.row, "kept"), here: keptOf(here) } };
  }
  return { ...importedAs(id, { ...one, read }, lost, written), write: { value, isNew: !entry } };
}

/** What an account's owner may change, and the file too. */
function keptOf({ email, firstName, lastName, phone, phoneAsGiven, airlines, airports, seat, meal }: Kept): Kept {
  return { email, firstName, lastName, phone, phoneAsGiven, airlines, airports, seat, meal };
}

async function readKnown({ reader }: Run, keys: string[], ids: string[]): Promise<Known[]> {
  const { rows } = await reader.query<Known>({
    text: `select users.id, users.email_key as key, users.legacy_id as "legacyId", users.email_verified as proven,
                  users.email, users.first_name as "firstName", users.last_name as "lastName", users.phone,
                  users.phone_as_given as "phoneAsGiven", users.preferred_airlines as airlines,
                  users.preferred_airports as airports, users.seat_preference as seat, users.meal_preference as meal,
                  exists (select from moved_rows where moved_rows.new_id = users.id and moved_rows.fate = 'merged')
                    as "isShared"
             from users
            where users.email_key = any ($1::text[]) or users.id = any ($2::text[])`,
    values: [keys, ids],
  });
  return rows;
}

const columns = (list: Account[]) => [
  ...toColumns(list, "id", "email", "key", "passwordHash", "firstName", "lastName", "phone", "phoneAsGiven"),
  toArray(list.map(({ airlines }) => `{${airlines.join()}}`)),
  toArray(list.map(({ airports }) => `{${airports.join()}}`)),
  ...toColumns(list, "seat", "meal", "updatedAt"),
];
const asAccounts = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[]`;
const names = `id, email, email_key, password_hash, first_name, last_name, phone, phone_as_given, airlines, airports, seat,
                  meal, updated_at`;

function insertAccounts(list: Account[], at: Date) {
  return {
    text: `insert into users
             (id, legacy_id, email, email_key, password_hash, first_name, last_name, phone, phone_as_given,
              preferred_airlines, preferred_airports, seat_preference, meal_preference, created_at, updated_at, seen_at)
           select id, legacy_id, email, email_key, password_hash, first_name, last_name, phone, phone_as_given,
                  airlines::text[], airports::text[], seat, meal, created_at, updated_at, $16::timestamptz
             from ${asAccounts}, $14::text[], $15::timestamptz[]) as account (${names}, legacy_id, created_at)`,
    values: [...columns(list), ...toColumns(list, "legacyId", "createdAt"), at.toISOString()],
  };
}

/** A password that was set here stays, and what a sign-in made of the old one where no other can open the account. */
function updateAccounts(list: Account[]) {
  return {
    text: `update users
              set (email, email_key, first_name, last_name, phone, phone_as_given, preferred_airlines, preferred_airports,
                   seat_preference, meal_preference, updated_at) =
                  (account.email, account.email_key, account.first_name, account.last_name, account.phone,
                   account.phone_as_given, account.airlines::text[], account.airports::text[], account.seat, account.meal,
                   account.updated_at),
                  email_verified = users.email_verified and users.email_key = account.email_key,
                  password_hash = case
                    when users.password_version = 1
                     and (users.password_hash not like '$argon%'
                          or users.password_hash = $15
                          or account.is_shared and not (users.email_verified and users.email_key = account.email_key))
                      then account.password_hash
                    else users.password_hash
                  end
             from ${asAccounts}, $14::boolean[]) as account (${names}, is_shared)
            where users.id = account.id`,
    values: [...columns(list), ...toColumns(list, "isShared"), User.unknownHash],
  };
}

/** As in `updateAccounts`, where an account's other columns stay. */
function closeAccounts(ids: string[]) {
  return {
    text: `update users
              set password_hash = $2
            where users.id = any ($1::text[])
              and users.legacy_id is not null
              and users.password_version = 1
              and (users.password_hash not like '$argon%' or not users.email_verified)`,
    values: [ids, User.unknownHash],
  };
}
