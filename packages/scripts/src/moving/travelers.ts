import { stableId } from "@travel-conductor/core/base/id";
import { openAll, sealAll } from "@travel-conductor/core/base/vault";
import { madeAt, momentOf } from "./cell.ts";
import { changedIds, importedAs, isUnchanged, outcomeOf } from "./fate.ts";
import { type Entry, toColumns } from "./ledger.ts";
import type { Decided, Given, Mover, Run } from "./move.ts";
import { ownerOf, withOwners } from "./owner.ts";
import { Losses, type Person, profileOf } from "./person.ts";
import { digestOfValue } from "./sum.ts";

type Traveler = { id: string; legacyId: string; userId: string; sealed: string; createdAt: string; updatedAt: string };

const table = "travelers";

/** What is sealed of the travelers that are here. */
type Here = Map<string, { value: unknown }>;

export const travelers: Mover<Traveler, Here> = {
  source: "passenger_profiles",
  rows: (old) => old.rows(withOwners(old, "passenger_profiles", "updated_at", "created_at")),
  look: (given, entries, run) => readHere(changedIds(given, entries), run),
  decide,
  statements: (writes) => [write(writes.map(({ value }) => value))],
};

async function decide(
  given: Given[],
  entries: Map<string, Entry>,
  here: Here,
  { at }: Run,
): Promise<Decided<Traveler>[]> {
  const values: { id: string; owner: string; value: unknown }[] = [];
  const decided = given.map((one): Decided<Traveler> => {
    const { id, row, read } = one;
    const entry = entries.get(id);
    if (isUnchanged(entry, read)) return { outcome: outcomeOf(id, row, "unchanged") };
    const owner = ownerOf(row);
    if ("fate" in owner)
      return { outcome: outcomeOf(id, row, owner.fate === "left" ? "left" : "rejected", ...owner.why) };
    const lost = new Losses();
    const value = sealable(profileOf(row, lost));
    const written = digestOfValue(value);
    if (entry) {
      const standing = here.get(entry.newId);
      if (standing === undefined) return { outcome: outcomeOf(id, row, "left", "deleted") };
      const digest = digestOfValue(standing.value);
      if (digest !== entry.written && digest !== written)
        return { outcome: { ...outcomeOf(id, row, "kept"), here: standing.value as Record<string, unknown> } };
    }
    const { made, clear } = madeAt(id, at, row.created_at);
    if (!clear) lost.add("created.unclear", "created_at", row.created_at);
    const newId = entry?.newId ?? stableId("tvl", made, `passenger_profiles ${id}`);
    values.push({ id: newId, owner: owner.account, value });
    const traveler = {
      id: newId,
      legacyId: id,
      userId: owner.account,
      sealed: "",
      createdAt: made.toISOString(),
      updatedAt: (momentOf(row.updated_at) ?? made).toISOString(),
    };
    return { ...importedAs(newId, one, lost, written), write: { value: traveler, isNew: !entry } };
  });
  const sealed = await sealAll(table, values);
  let next = 0;
  for (const { write } of decided) if (write) write.value.sealed = sealed[next++]!;
  return decided;
}

async function readHere(ids: string[], { reader }: Run): Promise<Here> {
  if (ids.length === 0) return new Map();
  const { rows } = await reader.query<{ id: string; owner: string; sealed: string }>(
    "select travelers.id, travelers.user_id as owner, travelers.sealed from travelers where travelers.id = any ($1::text[])",
    [ids],
  );
  const opened = await openAll(table, rows);
  return new Map(rows.map(({ id }, index) => [id, { value: opened[index] }]));
}

/** A person as a traveler's, with what the old application did not ask for. */
function sealable({ givenName, familyName, bornOn, gender, email, phone, phoneAsGiven, address }: Person) {
  return {
    givenName,
    familyName,
    bornOn,
    gender,
    email,
    phone,
    title: null,
    knownTravelerNumber: null,
    redressNumber: null,
    loyalty: [],
    phoneAsGiven,
    address,
  };
}

function write(list: Traveler[]) {
  return {
    text: `insert into travelers (id, legacy_id, user_id, sealed, created_at, updated_at)
           select *
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
           on conflict (id) do update
              set (sealed, updated_at) = (excluded.sealed, excluded.updated_at)`,
    values: toColumns(list, "id", "legacyId", "userId", "sealed", "createdAt", "updatedAt"),
  };
}
