import type { Row } from "./file.ts";
import type { Entry } from "./ledger.ts";
import type { Decided, Given } from "./move.ts";
import type { Losses } from "./person.ts";
import type { Outcome } from "./report.ts";
import type { Digest } from "./sum.ts";

export const outcomeOf = (id: string, row: Row, fate: Outcome["fate"], ...why: string[]): Outcome => ({
  id,
  row,
  fate,
  why,
});

/** Whether the file has of a row what it had when its entry was written. */
export const isUnchanged = (entry: Entry | undefined, read: Digest): boolean => entry?.read === read;

/** The ids here of rows that came before and have changed in the file. */
export const changedIds = (given: Given[], entries: Map<string, Entry>): string[] =>
  given.flatMap(({ id, read }) => {
    const entry = entries.get(id);
    return entry && entry.read !== read ? [entry.newId] : [];
  });

/** The decision that another row here stands for this one. */
export const mergedInto = (newId: string, { id, row, read }: Given, why: string): Decided<never> => ({
  outcome: outcomeOf(id, row, "merged", why),
  entry: { oldId: id, newId, fate: "merged", why: [why], read, written: read },
});

/** The decision that this row is here; what is written of it, if anything, stands beside it. */
export const importedAs = (
  newId: string,
  { id, row, read }: Given,
  lost: Losses,
  written: Digest,
): Required<Omit<Decided<never>, "write">> => ({
  outcome: { id, row, fate: "imported", why: [...lost.why], lost: lost.values },
  entry: { oldId: id, newId, fate: "imported", why: lost.why, read, written },
});

/** The parts of a list by their keys, each in the order of the list. */
export function groupBy<T, K>(list: T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
