/** How good each result is: 3 exactly what is wanted, 2 good, 1 acceptable. What is not listed is 0. */
export type Grades = Record<string, number>;

/**
 * Returns nDCG@`depth` of a ranking: the sum of (2^grade - 1) / log2(rank + 1) over its first results, divided by the
 * same sum of the best possible ranking. 1 is perfect, 0 has nothing wanted among the first. A result that is repeated
 * counts once, but takes a rank each time.
 */
export function ndcg(ranking: readonly string[], grades: Grades, depth = 5): number {
  const seen = new Set<string>();
  const gained = ranking.slice(0, depth).map((result) => {
    const grade = seen.has(result) ? 0 : (grades[result] ?? 0);
    seen.add(result);
    return grade;
  });
  const best = Object.values(grades)
    .sort((a, b) => b - a)
    .slice(0, depth);
  const ideal = sum(best);
  return ideal === 0 ? 0 : sum(gained) / ideal;
}

const sum = (grades: number[]) => grades.reduce((total, grade, at) => total + (2 ** grade - 1) / Math.log2(at + 2), 0);
