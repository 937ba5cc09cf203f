import type { Mine } from "../data/moved.ts";
import { useMovedTexts } from "../words/moved.ts";
import { useFormat } from "../words/words.tsx";

const kinds = ["watches", "bookings", "travelers", "searches"] as const;

/** How much came with an account, as a sentence. */
export function useCameWith(): (counts: Mine["counts"]) => string {
  const words = useMovedTexts();
  const format = useFormat();
  return (counts) => {
    const parts = kinds.flatMap((kind) => (counts[kind] === 0 ? [] : [words.counts[kind](counts[kind])]));
    return parts.length === 0 ? words.movedAlone : words.moved(format.list(parts));
  };
}
