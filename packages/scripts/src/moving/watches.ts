import { stableId } from "@travel-conductor/core/base/id";
import * as Watch from "@travel-conductor/core/watch";
import { textOf } from "./cell.ts";
import { groupBy, importedAs, isUnchanged, mergedInto, outcomeOf } from "./fate.ts";
import type { Old } from "./file.ts";
import { asChanged, isAsWritten, isTouched, type Known, keyOf, readKnown, sumOfWritten } from "./known.ts";
import type { Entry } from "./ledger.ts";
import type { Decided, Given, Mover, Run } from "./move.ts";
import { ownerOf, placeOfId } from "./owner.ts";
import { Losses } from "./person.ts";
import { type Written, writeWatches } from "./watchrows.ts";
import { type Wish, wishOf } from "./wish.ts";

const { planMoved, toStored, wishes } = await Watch.moving();

/** How many of a person's watches stay active. */
const mostActive = 100;

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

export const watches: Mover<Written> = {
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
  decide,
  areApart: true,
  statements: (writes, run) =>
    writeWatches(
      writes.map(({ value }) => value),
      writes.flatMap(({ value, isNew }) => (isNew ? [] : [value.id])),
      run.at,
    ),
};

type Candidate = { given: Given; wish: Wish; lost: Losses; value: Written; merged: Given[] };

async function decide(given: Given[], entries: Map<string, Entry>, run: Run): Promise<Decided<Written>[]> {
  const decided: Decided<Written>[] = [];
  const open: { account: string; one: Given }[] = [];
  for (const one of given) {
    const { id, row, read } = one;
    const owner = ownerOf(row);
    if (isUnchanged(entries.get(id), read)) decided.push({ outcome: outcomeOf(id, row, "unchanged") });
    else if ("account" in owner) open.push({ account: owner.account, one });
    else {
      const why = owner.fate === "gone" && textOf(row.userId) === "anon" ? ["owner.anonymous"] : owner.why;
      decided.push({ outcome: outcomeOf(id, row, owner.fate === "left" ? "left" : "rejected", ...why) });
    }
  }
  const owners = groupBy(open, ({ account }) => account);
  const known = await readKnown(run, [...owners.keys()]);
  for (const [account, list] of owners) {
    const rows = list.map(({ one }) => one);
    decided.push(...(await decideOwner(account, rows, entries, known.get(account) ?? [], run)));
  }
  return decided;
}

/** Decides the watches of one person that are new or have changed, the one changed last first. */
async function decideOwner(
  account: string,
  list: Given[],
  entries: Map<string, Entry>,
  here: Known[],
  run: Run,
): Promise<Decided<Written>[]> {
  const decided: Decided<Written>[] = [];
  const candidates = new Map<string, Candidate>();
  let room = mostActive - here.filter((each) => each.isActive).length;
  for (const one of list) {
    const { id, row } = one;
    const lost = new Losses();
    const wish = await wishOf(id, row, run.at, lost);
    const value = typeof wish === "string" ? undefined : await writtenOf(account, id, wish, run);
    if (typeof wish === "string" || !value) {
      decided.push({ outcome: outcomeOf(id, row, "rejected", typeof wish === "string" ? wish : "place") });
      continue;
    }
    const entry = entries.get(id);
    if (entry) {
      const known = here.find((each) => each.id === entry.newId);
      const isFree = Boolean(known?.isActive) || room > 0;
      const change = decideChange({ given: one, wish, lost, value, merged: [] }, entry, known, here, isFree);
      if (change.write) room += Number(known!.isActive) - Number(change.write.value.isActive);
      decided.push(change);
      continue;
    }
    const key = keyOf(value);
    const twin = candidates.get(key);
    const holder = here.find((each) => each.key === key && !each.ended);
    if (holder) decided.push(mergedInto(holder.id, one, "watch.same"));
    else if (twin) {
      twin.merged.push(one);
      twin.wish.isActive ||= wish.isActive;
      if (wish.told !== null) twin.wish.told = Math.min(wish.told, twin.wish.told ?? wish.told);
    } else candidates.set(key, { given: one, wish, lost, value, merged: [] });
  }
  const sorted = [...candidates.values()].toSorted((a, b) => b.wish.changed.getTime() - a.wish.changed.getTime());
  for (const { given, wish, lost, value, merged } of sorted) {
    settle(value, wish, lost, room > 0);
    value.state = stateOf(wish);
    if (value.isActive) room--;
    decided.push({ ...importedAs(value.id, given, lost, sumOfWritten(value)), write: { value, isNew: true } });
    decided.push(...merged.map((other) => mergedInto(value.id, other, "watch.same")));
  }
  return decided;
}

/** Decides a watch that came with a run before, and has changed in the file. */
function decideChange(
  { given, wish, lost, value }: Candidate,
  entry: Entry,
  known: Known | undefined,
  here: Known[],
  isFree: boolean,
): Decided<Written> {
  const { id, row } = given;
  if (entry.fate === "merged") return mergedInto(entry.newId, given, "watch.same");
  if (!known) return { outcome: outcomeOf(id, row, "left", "deleted") };
  settle(value, wish, lost, isFree);
  const written = sumOfWritten(value);
  const kept = (...why: string[]) => ({
    outcome: {
      ...outcomeOf(id, row, "kept", ...why),
      here: { isActive: known.isActive, ended: known.ended, wants: known.key },
    },
  });
  if (isTouched(known, entry) && !isAsWritten(known, value)) return kept();
  const key = keyOf(value);
  if (!value.isOver && here.some((each) => each !== known && each.key === key && !each.ended))
    return kept("watch.duplicate");
  return {
    ...importedAs(known.id, given, lost, written),
    write: { value: asChanged(known, value, wish), isNew: false },
  };
}

/** What is written of a watch; undefined where its places cannot be watched. */
async function writtenOf(account: string, oldId: string, wish: Wish, { at }: Run): Promise<Written | undefined> {
  const { subject, target, made, changed } = wish;
  const full = { ...noWishes, ...subject, endsOn: null } as Parameters<typeof planMoved>[0];
  const plan = await planMoved(full, at);
  if (!plan) return undefined;
  return {
    ...{ id: stableId("wch", made, `watches ${oldId}`), legacyId: oldId, userId: account, plan, target },
    ...{ what: toStored(full), isActive: false, pausedBecause: null, isOver: plan.standing === "over" },
    ...{ state: "{}", version: 1, series: 1, createdAt: made.toISOString(), updatedAt: changed.toISOString() },
  };
}

const noWishes = Object.fromEntries([...Object.keys(wishes), "weekendsIn"].map((name) => [name, null]));

/** Whether a watch is active, paused or over, once the others that want the same are merged into it. */
function settle(value: Written, wish: Wish, lost: Losses, isFree: boolean): void {
  const { standing } = value.plan;
  if (standing === "over") return;
  value.isActive = wish.isActive && standing === "active" && isFree;
  if (value.isActive) return;
  value.pausedBecause = wish.isActive ? "moved" : "person";
  if (!wish.isActive) return;
  lost.why.push(standing === "unsold" ? "day.unsold" : "active.most");
}

/** The rule of the target has fired at what was told, so that only a further fall is told. */
function stateOf({ told, changed, target }: Wish): string {
  return told === null
    ? "{}"
    : JSON.stringify({ last: [told, changed.getTime()], rules: { target: [1, 1, target, null] } });
}
