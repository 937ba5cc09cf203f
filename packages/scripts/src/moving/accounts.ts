import { stableId } from "@travel-conductor/core/base/id";
import { type Account, accountOf, addressOf } from "./account.ts";
import { idOf, madeAt, momentOf } from "./cell.ts";
import { groupBy, importedAs, isUnchanged, mergedInto, outcomeOf } from "./fate.ts";
import type { Old, Row } from "./file.ts";
import { type Entry, toColumns } from "./ledger.ts";
import type { Decided, Given, Mover, Run } from "./move.ts";
import { Losses } from "./person.ts";
import { digestOfValue, isSame, sumOf } from "./sum.ts";

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
  for (const row of old.rows(`select * from ${old.from("users")}`)) {
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

export const users: Mover<Account> = {
  source: "users",
  rows: (old) =>
    old.rows(`
      select given.*, people.key as "people key"
        from ${old.from("users")} as given
        left join people on people.file = given.file and people.place = given.place
       order by people.key, people.made, people.old_id`),
  isLast: (row, next) => textKey(row) === undefined || textKey(row) !== textKey(next),
  decide,
  statements: (writes, run) => {
    const [fresh, old] = [true, false].map((isNew) =>
      writes.flatMap((one) => (one.isNew === isNew ? [one.value] : [])),
    );
    return [
      ...(fresh!.length > 0 ? [insertAccounts(fresh!, run.at)] : []),
      ...(old!.length > 0 ? [updateAccounts(old!)] : []),
    ];
  },
};

const textKey = (row: Row) => (row["people key"] as string | null) ?? undefined;

type Known = { id: string; key: string; legacyId: string | null; proven: boolean } & Kept;
type Kept = Omit<Account, "id" | "key" | "legacyId" | "passwordHash" | "isShared" | "createdAt" | "updatedAt">;

async function decide(given: Given[], entries: Map<string, Entry>, run: Run): Promise<Decided<Account>[]> {
  const groups = groupBy(
    given.filter(({ row }) => textKey(row) !== undefined),
    ({ row }) => textKey(row)!,
  );
  const known = await readKnown(
    run,
    [...groups.keys()],
    [...entries.values()].map(({ newId }) => newId),
  );
  const decided = given.flatMap(({ id, row }): Decided<Account>[] =>
    textKey(row) === undefined ? [{ outcome: outcomeOf(id, row, "merged", "id.same") }] : [],
  );
  const place = run.old.prepare("insert into accounts values (?, ?, ?, ?)");
  run.old.run("begin");
  for (const [key, group] of groups) {
    const { account, standing, outcomes } = decideGroup(key, group, entries, known, run.at);
    for (const { id } of group) place.run(id, key, account, standing);
    decided.push(...outcomes);
  }
  run.old.run("commit");
  return decided;
}

type Group = { account: string | null; standing: "here" | "rejected" | "deleted"; outcomes: Decided<Account>[] };

/** Decides the users of one address, the oldest first. */
function decideGroup(key: string, group: Given[], entries: Map<string, Entry>, known: Known[], at: Date): Group {
  const all = (fate: "left" | "rejected", code: string): Decided<Account>[] =>
    group.map(({ id, row }) => ({ outcome: outcomeOf(id, row, fate, code) }));
  const moved = group.flatMap(({ id }) => entries.get(id) ?? [])[0];
  const [oldest] = group as [Given];
  const own = stableId("usr", madeAt(oldest.id, at, oldest.row.created_at).made, `users ${oldest.id}`);
  const holder = known.find((each) => (moved ? each.id === moved.newId : each.key === key));
  if (moved && !holder) return { account: null, standing: "deleted", outcomes: all("left", "deleted") };
  if (!moved && holder && holder.id !== own && !holder.proven)
    return { account: null, standing: "rejected", outcomes: all("rejected", "account.unproven") };
  const account = holder?.id ?? own;
  const main =
    group.find(({ id }) => entries.get(id)?.fate === "imported") ??
    (moved || (holder && holder.id !== own) ? undefined : oldest);
  const outcomes = group.map((one): Decided<Account> => {
    const entry = entries.get(one.id);
    if (one === main) return decideMain(account, one, group, entry, holder, at);
    if (isUnchanged(entry, one.read)) return { outcome: outcomeOf(one.id, one.row, "unchanged") };
    return mergedInto(account, one, main || holder?.legacyId ? "email.same" : "account.here");
  });
  return { account, standing: "here", outcomes };
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
  const value = accountOf(id, one, group.length > 1, lost, at);
  const written = digestOfValue(keptOf(value));
  if (entry && here) {
    const standing = digestOfValue(keptOf(here));
    if (!isSame(standing, entry.written) && !isSame(standing, written))
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
    name: "accounts",
    text: `select users.id, users.email_key as key, users.legacy_id as "legacyId", users.email_verified as proven,
                  users.email, users.first_name as "firstName", users.last_name as "lastName", users.phone,
                  users.phone_as_given as "phoneAsGiven", users.preferred_airlines as airlines,
                  users.preferred_airports as airports, users.seat_preference as seat, users.meal_preference as meal
             from users
            where users.email_key = any ($1::text[]) or users.id = any ($2::text[])`,
    values: [keys, ids],
  });
  return rows;
}

const columns = (list: Account[]) => [
  ...toColumns(list, "id", "email", "key", "passwordHash", "firstName", "lastName", "phone", "phoneAsGiven"),
  list.map(({ airlines }) => `{${airlines.join()}}`),
  list.map(({ airports }) => `{${airports.join()}}`),
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

/** A password that was set here since stays. */
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
                    when users.password_version = 1 and (account.is_shared or users.password_hash not like '$argon%')
                      then account.password_hash
                    else users.password_hash
                  end
             from ${asAccounts}, $14::boolean[]) as account (${names}, is_shared)
            where users.id = account.id`,
    values: [...columns(list), ...toColumns(list, "isShared")],
  };
}
