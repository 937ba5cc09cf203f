import type { Old, Row, Source } from "./file.ts";

/**
 * The rows of a table with what became of their users, as `ownerOf` reads it. Of rows with one id, which only several
 * files can have, the one that changed last has 1 as its "id place"; `moments` are the columns that say when.
 */
export function withOwners(old: Old, source: Source, ...moments: [string, ...string[]]): string {
  return `
  select given.*, accounts.account as "owner account", accounts.standing as "owner standing",
         ${placeOfId(old, source, ...moments)}
    from ${old.from(source)} as given
    left join accounts on accounts.old_id = cast(given.user_id as text)`;
}

export function placeOfId(old: Old, source: Source, ...moments: [string, ...string[]]): string {
  const [one, other = one] = moments;
  const changed = `made_at(given.id, given.${one}, given.${other})`;
  const place = `row_number() over (partition by cast(given.id as text) order by ${changed} desc, given.file)`;
  return `${old.isInSeveral(source) ? place : "1"} as "id place"`;
}

/** The account of a row's user, or why it has none. */
export function ownerOf(row: Row): { account: string } | { fate: "rejected" | "left" | "gone"; why: string[] } {
  const { "owner account": account, "owner standing": standing } = row;
  if (standing === "here") return { account: String(account) };
  if (standing === "rejected") return { fate: "rejected", why: ["owner.rejected"] };
  if (standing === "deleted") return { fate: "left", why: ["deleted"] };
  return { fate: "gone", why: ["owner.gone"] };
}
