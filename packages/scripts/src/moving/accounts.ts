import { stableId } from "@travel-conductor/core/base/id";
import { type Account, accountOf, addressOf } from "./account.ts";
import { idOf, madeAt, momentOf } from "./cell.ts";
import type { Old, Row } from "./file.ts";
import type { Entry } from "./ledger.ts";
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
  const groups = new Map<string, Given[]>();
  const twins: Given[] = [];
  for (const one of given) {
    const key = textKey(one.row);
    if (key === undefined) twins.push(one);
    else groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const known = await readKnown(
    run,
    [...groups.keys()],
    [...entries.values()].map(({ newId }) => newId),
  );
  const decided: Decided<Account>[] = twins.map(({ id, row }) => ({
    outcome: { id, fate: "merged", why: ["id.same"], row },
  }));
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
    group.map(({ id, row }) => ({ outcome: { id, fate, why: [code], row } }));
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
    if (one === main) return decideOne(account, one, group, entry, holder);
    const why = [main || holder?.legacyId ? "email.same" : "account.here"];
    if (entry && isSame(entry.read, one.read))
      return { outcome: { id: one.id, fate: "unchanged", why: [], row: one.row } };
    const merged = { newId: account, fate: "merged", read: one.read, written: one.read } as const;
    return { outcome: { id: one.id, fate: "merged", why, row: one.row }, entry: { ...merged, oldId: one.id, why } };
  });
  return { account, standing: "here", outcomes };

  function decideOne(
    id: string,
    one: Given,
    members: Given[],
    entry: Entry | undefined,
    here: Known | undefined,
  ): Decided<Account> {
    const read = sumOf(one.read, ...members.map((member) => member.id));
    const base = { id: one.id, row: one.row };
    if (entry && isSame(entry.read, read)) return { outcome: { ...base, fate: "unchanged", why: [] } };
    const lost = new Losses();
    const value = accountOf(id, one, members.length > 1, lost, at);
    const written = digestOfValue(keptOf(value));
    if (entry && here) {
      const standing = digestOfValue(keptOf(here));
      if (!isSame(standing, entry.written) && !isSame(standing, written))
        return { outcome: { ...base, fate: "kept", why: [], here: keptOf(here) } };
    }
    return {
      outcome: { ...base, fate: "imported", why: lost.why, lost: lost.values },
      write: { value, isNew: !entry },
      entry: { oldId: one.id, newId: id, fate: "imported", why: lost.why, read, written },
    };
  }
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
  list.map(({ id }) => id),
  list.map(({ email }) => email),
  list.map(({ key }) => key),
  list.map(({ passwordHash }) => passwordHash),
  list.map(({ firstName }) => firstName),
  list.map(({ lastName }) => lastName),
  list.map(({ phone }) => phone),
  list.map(({ phoneAsGiven }) => phoneAsGiven),
  list.map(({ airlines }) => `{${airlines.join()}}`),
  list.map(({ airports }) => `{${airports.join()}}`),
  list.map(({ seat }) => seat),
  list.map(({ meal }) => meal),
  list.map(({ updatedAt }) => updatedAt),
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
    values: [
      ...columns(list),
      list.map(({ legacyId }) => legacyId),
      list.map(({ createdAt }) => createdAt),
      at.toISOString(),
    ],
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
    values: [...columns(list), list.map(({ isShared }) => isShared)],
  };
}
