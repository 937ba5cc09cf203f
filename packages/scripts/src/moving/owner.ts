import type { Old, Row, Source } from "./file.ts";

/** The rows of a table with what became of their users, as `owned` reads it. */
export const withOwners = (old: Old, source: Source, more = "") => `
  select given.*, accounts.account as "owner account", accounts.standing as "owner standing"${more}
    from ${old.from(source)} as given
    left join accounts on accounts.old_id = cast(given.user_id as text)`;

/** The account of a row's user, or why it has none. */
export function ownerOf(row: Row): { account: string } | { fate: "rejected" | "left" | "gone"; why: string[] } {
  const { "owner account": account, "owner standing": standing } = row;
  if (standing === "here") return { account: String(account) };
  if (standing === "rejected") return { fate: "rejected", why: ["owner.rejected"] };
  if (standing === "deleted") return { fate: "left", why: ["deleted"] };
  return { fate: "gone", why: ["owner.gone"] };
}
