/** `find` returns what has words like all of `words`, with a score, and how many pairs of words were compared. */
export type Similar<T> = { find(words: string[]): { found: Map<T, number>; comparisons: number } };

type Word<T> = { word: string; letters: number; of: Map<T, number> };

/**
 * Finds things by misspelled words. A word of four letters may have one mistake, one of eight or more two: a letter too
 * many, too few, wrong, or two in the wrong order. The beginning of a word counts as well.
 *
 * Only words whose letters differ in at most that number of places are compared letter by letter, which leaves out
 * nearly all of them; comparing costs the length of a word times twice the mistakes.
 */
export function similarTo<T>(vocabulary: Iterable<{ word: string; of: T; weight: number }>): Similar<T> {
  const known = new Map<string, Word<T>>();
  for (const { word, of, weight } of vocabulary) {
    if (word === "") continue;
    const found = known.get(word) ?? { word, letters: lettersOf(word), of: new Map<T, number>() };
    found.of.set(of, Math.max(weight, found.of.get(of) ?? 0));
    known.set(word, found);
  }
  const words = [...known.values()];

  return {
    find(wanted) {
      let found: Map<T, number> | undefined;
      let comparisons = 0;
      for (const word of wanted) {
        const mistakes = word.length > 7 ? 2 : word.length > 3 ? 1 : 0;
        const letters = lettersOf(word);
        const here = new Map<T, number>();
        for (const other of words) {
          const begins = other.word.startsWith(word);
          if (!begins) {
            if (mistakes === 0 || Math.abs(other.word.length - word.length) > mistakes) continue;
            if (bits(letters ^ other.letters) > 2 * mistakes) continue;
            comparisons++;
          }
          const wrong = begins ? 0 : distance(word, other.word, mistakes);
          if (wrong > mistakes) continue;
          const score = other.word === word ? 3 : begins ? 2 : 2 / (1 + wrong);
          for (const [of, weight] of other.of) here.set(of, Math.max(here.get(of) ?? 0, score * weight));
        }
        found = found ? both(found, here) : here;
        if (found.size === 0) break;
      }
      return { found: found ?? new Map(), comparisons };
    },
  };
}

function both<T>(one: Map<T, number>, other: Map<T, number>): Map<T, number> {
  const found = new Map<T, number>();
  for (const [of, score] of one) {
    const second = other.get(of);
    if (second !== undefined) found.set(of, score + second);
  }
  return found;
}

/** A bit for each letter of the alphabet that a word has; other letters share the bits. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) % 32);
  return letters;
}

function bits(number: number): number {
  let count = 0;
  for (let rest = number; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The number of mistakes between two words (optimal string alignment); more than `most` is returned as `most` + 1. */
export function distance(one: string, other: string, most: number): number {
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row++) {
    const [from, to] = [Math.max(1, row - most), Math.min(other.length, row + most)];
    const next = new Array<number>(other.length + 1).fill(most + 1);
    next[0] = row;
    let least = from === 1 ? row : most + 1;
    for (let at = from; at <= to; at++) {
      const same = one[row - 1] === other[at - 1];
      let cost = Math.min((last[at - 1] ?? most) + (same ? 0 : 1), (last[at] ?? most) + 1, (next[at - 1] ?? most) + 1);
      if (row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1])
        cost = Math.min(cost, (before[at - 2] ?? most) + 1);
      next[at] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, last] = [last, next];
  }
  return Math.min(last[other.length] ?? most + 1, most + 1);
}
