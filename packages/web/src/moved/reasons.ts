import { useMovedTexts } from "../words/moved.ts";

/** What codes of what was lost mean, in a line. */
export function useReasons(): (why: string[]) => string {
  const { reasons, otherReason } = useMovedTexts();
  return (why) => [...new Set(why.map((code) => reasons[code] ?? otherReason))].join("; ");
}
