import { useFormat } from "../words/words.tsx";

/** Writes a number of minutes as hours and minutes. */
export function useLength(): (minutes: number) => string {
  const format = useFormat();
  return (minutes) => format.duration(`PT${Math.floor(minutes / 60)}H${minutes % 60}M`);
}
