import type { Traveler } from "../data/travelers.ts";
import { Notice } from "../ui/Notice.tsx";
import { useTravelerTexts } from "../words/travelers.ts";
import { useFormat } from "../words/words.tsx";

/** Says what airlines need that a traveler who was moved in lacks. */
export function Lacks({ of: { lacks } }: { of: Pick<Traveler, "lacks"> }) {
  const words = useTravelerTexts();
  const format = useFormat();
  if (!lacks?.length) return null;
  return <Notice tone="typical">{words.lacks(format.list(lacks.map((field) => words.fields[field])))}</Notice>;
}
