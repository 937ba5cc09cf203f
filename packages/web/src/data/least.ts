import type { Offer, Results } from "./flights.ts";

/** The least total that an answer names. */
export function leastOf(page: Pick<Results, "facets" | "items"> | undefined): Offer["total"] | undefined {
  if (!page) return undefined;
  const { refundable, ...lists } = page.facets;
  const all = [...Object.values(lists).flat(), ...(refundable ? [refundable] : [])].map(({ least }) => least);
  return [...all, ...page.items.map(({ total }) => total)].sort((a, b) => Number(a.amount) - Number(b.amount))[0];
}
