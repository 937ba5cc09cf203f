type Money = { amount: string; currency: string };
type Least = { least: Money };

/** What is read of an answer: the offers of a page, and the facets of all. */
type Priced = {
  items: { total: Money }[];
  facets: Record<string, Least | Least[] | null>;
};

/** The least total that an answer names. */
export function leastOf(page: Priced | undefined): Money | undefined {
  if (!page) return undefined;
  const all = Object.values(page.facets).flatMap((facet) => (facet ? [facet].flat().map(({ least }) => least) : []));
  return [...all, ...page.items.map(({ total }) => total)].sort((a, b) => Number(a.amount) - Number(b.amount))[0];
}
