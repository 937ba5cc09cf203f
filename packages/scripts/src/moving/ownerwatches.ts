import { stableId } from "@travel-conductor/core/base/id";
import * as Watch from "@travel-conductor/core/watch";
import { importedAs, isUnchanged, mergedInto, outcomeOf } from "./fate.ts";
import { asChanged, isAsWritten, isTouched, type Known, keyOf, subjectOf, sumOfKey, sumOfWritten } from "./known.ts";
import type { Entry } from "./ledger.ts";
import type { Decided, Given, Run } from "./move.ts";
import { Losses } from "./person.ts";
import type { Written } from "./watchrows.ts";
import { type Wish, wishOf } from "./wish.ts";

const { planMoved, toStored, wishes } = await Watch.moving();

/** How many of a person's watches stay active. */
const mostActive = 100;

/** An old watch, and what would be written of it. */
type Candidate = { given: Given; wish: Wish; lost: Losses; value: Written };

/** A person's watches as they will be here, how many more may be active, and what is written of those that are here. */
type Now = { here: Known[]; room: number; changes: Map<string, Written> };

/**
 * Decides the watches of one person that are new or have changed, the one changed last first; those that are here before
 * the new ones, which may want what these no longer want.
 */
export async function decideOwner(
  account: string,
  list: Given[],
  entries: Map<string, Entry>,
  known: Known[],
  run: Run,
): Promise<Decided<Written>[]> {
  const decided: Decided<Written>[] = [];
  const fresh = new Map<string, Candidate & { merged: Given[] }>();
  const room = mostActive - known.filter((each) => each.isActive).length;
  const now: Now = { here: [...known], room, changes: new Map() };
  const isHere = ({ id }: Given) => entries.get(id)?.fate === "imported";
  for (const given of [...list.filter(isHere), ...list.filter((one) => !isHere(one))]) {
    const candidate = await candidateOf(account, given, run);
    const entry = entries.get(given.id);
    if (typeof candidate === "string") decided.push({ outcome: outcomeOf(given.id, given.row, "rejected", candidate) });
    else if (entry?.fate === "imported") decided.push(decideChange(candidate, entry, now));
    else {
      const merged = decideMerged(candidate, entry, now);
      if (merged) decided.push(merged);
      else addFresh(fresh, candidate);
    }
  }
  const sorted = [...fresh.values()].toSorted((a, b) => b.wish.changed.getTime() - a.wish.changed.getTime());
  for (const { given, wish, lost, value, merged } of sorted) {
    settle(value, wish, lost, now.room > 0);
    value.state = stateOf(wish);
    if (value.isActive) now.room--;
    decided.push({ ...importedAs(value.id, given, lost, sumOfWritten(value)), write: { value, isNew: true } });
    decided.push(...merged.map((other) => mergedWatch(value.id, other, keyOf(value))));
  }
  for (const { write, entry } of decided)
    if (write && entry?.fate === "imported") entry.written = sumOfWritten(write.value);
  return decided;
}

/** Reads an old watch; a text is the reason why there is none. */
async function candidateOf(account: string, given: Given, run: Run): Promise<Candidate | string> {
  const lost = new Losses();
  const wish = await wishOf(given.id, given.row, run.at, lost);
  if (typeof wish === "string") return wish;
  const value = await writtenOf(account, given.id, wish, run);
  return value ? { given, wish, lost, value } : "place";
}

/** Decides a watch that came with a run before, and has changed in the file. */
function decideChange({ given, wish, lost, value }: Candidate, entry: Entry, now: Now): Decided<Written> {
  const { id, row } = given;
  const known = now.here.find((each) => each.id === entry.newId);
  if (!known) return { outcome: outcomeOf(id, row, "left", "deleted") };
  settle(value, wish, lost, known.isActive || now.room > 0);
  const kept = (...why: string[]) => ({
    outcome: {
      ...outcomeOf(id, row, "kept", ...why),
      here: { isActive: known.isActive, ended: known.ended, wants: known.key },
    },
  });
  if (isTouched(known, entry) && !isAsWritten(known, value)) return kept();
  const key = keyOf(value);
  if (!value.isOver && now.here.some((each) => each !== known && each.key === key && !each.ended))
    return kept("watch.duplicate");
  const next = asChanged(known, value, wish);
  change(now, known, next);
  return { ...importedAs(known.id, given, lost, sumOfWritten(next)), write: { value: next, isNew: false } };
}

/**
 * Decides a watch that another one here stands for, or stood for before; undefined where none does any more. The other
 * one is active if one of both is, and has told the lower price.
 */
function decideMerged(candidate: Candidate, entry: Entry | undefined, now: Now): Decided<Written> | undefined {
  const { given, value } = candidate;
  const { id, row, read } = given;
  const key = keyOf(value);
  const former = entry && now.here.find((each) => each.id === entry.newId);
  const isSameWish = entry && entry.written === sumOfKey(key);
  if (isSameWish && !former) return { outcome: outcomeOf(id, row, "left", "deleted") };
  // What its owner changed here stands for it still.
  const isChangedHere = isSameWish && former!.key !== key && !now.changes.has(former!.id);
  const stands = isSameWish && (former!.key === key || isChangedHere);
  const holder = stands ? former : now.here.find((each) => each.key === key && !each.ended);
  if (!holder) return undefined;
  const isKnown = isUnchanged(entry, read) && entry?.newId === holder.id;
  const decided = isKnown ? { outcome: outcomeOf(id, row, "unchanged") } : mergedWatch(holder.id, given, key);
  const write = isChangedHere ? undefined : join(holder, candidate, now);
  return write ? { ...mergedWatch(holder.id, given, key), write } : decided;
}

/** Has a watch that moved in tell no more than this one of the same wish, and be active if this one is. */
function join(holder: Known, { wish, value }: Candidate, now: Now): Decided<Written>["write"] {
  if (holder.legacyId === null || holder.ended) return undefined;
  const { legacyId, isActive, pausedBecause } = holder;
  const next = asChanged(holder, { ...value, legacyId, isActive, pausedBecause, isOver: false }, wish);
  const pending = now.changes.get(holder.id);
  // One of a later version was paused by its owner.
  const mayWake = (holder.version === 1 || pending !== undefined) && value.plan.standing === "active" && now.room > 0;
  if (!isActive && wish.isActive && mayWake) Object.assign(next, { isActive: true, pausedBecause: null });
  if (next.isActive === isActive && next.state === JSON.stringify(holder.state)) return undefined;
  change(now, holder, next);
  if (!pending) return { value: next, isNew: false };
  Object.assign(pending, { state: next.state, isActive: next.isActive, pausedBecause: next.pausedBecause });
  now.changes.set(holder.id, pending);
  return undefined;
}

/** Notes how a watch that is here will be. */
function change(now: Now, known: Known, next: Written): void {
  now.room += Number(known.isActive) - Number(next.isActive);
  now.changes.set(known.id, next);
  now.here[now.here.indexOf(known)] = {
    ...known,
    ...{ key: keyOf(next), subject: subjectOf(next), isActive: next.isActive, pausedBecause: next.pausedBecause },
    ...{ ended: next.isOver, state: JSON.parse(next.state), series: next.series },
  };
}

/** Of new watches that want the same the one that changed last stands for all. */
function addFresh(fresh: Map<string, Candidate & { merged: Given[] }>, candidate: Candidate): void {
  const key = keyOf(candidate.value);
  const twin = fresh.get(key);
  if (!twin) {
    fresh.set(key, { ...candidate, merged: [] });
    return;
  }
  const { isActive, told } = candidate.wish;
  twin.merged.push(candidate.given);
  twin.wish.isActive ||= isActive;
  if (told !== null) twin.wish.told = Math.min(told, twin.wish.told ?? told);
}

/** As `mergedInto`; its entry holds what the watch wanted. */
function mergedWatch(newId: string, given: Given, key: string): Decided<never> {
  const merged = mergedInto(newId, given, "watch.same");
  return { ...merged, entry: { ...merged.entry!, written: sumOfKey(key) } };
}

/** What is written of a watch; undefined where its places cannot be watched. */
async function writtenOf(account: string, oldId: string, wish: Wish, { at }: Run): Promise<Written | undefined> {
  const { subject, target, made, changed } = wish;
  const full = Object.assign({ ...blank }, subject) as Parameters<typeof planMoved>[0];
  const plan = await planMoved(full, at);
  if (!plan) return undefined;
  const createdAt = made.toISOString();
  return {
    id: stableId("wch", made, `watches ${oldId}`),
    legacyId: oldId,
    userId: account,
    plan,
    target,
    what: toStored(full),
    isActive: false,
    pausedBecause: null,
    isOver: plan.standing === "over",
    state: "{}",
    version: 1,
    series: 1,
    createdAt,
    updatedAt: changed.getTime() === made.getTime() ? createdAt : changed.toISOString(),
  };
}

const subjectFields =
  "origin destination departureDate returnDate departureFrom departureTo stayNights adults childAges infants cabin maxStops currency";
/** Each field of a watch as null. Setting fields of a copy is fifty times as fast as adding them with a second spread. */
const blank: Record<string, unknown> = Object.fromEntries(
  [...subjectFields.split(" "), "weekendsIn", "endsOn", ...Object.keys(wishes)].map((name) => [name, null]),
);

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
