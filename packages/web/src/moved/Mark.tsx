import styles from "../ui/Show.module.css";
import { useMovedTexts } from "../words/moved.ts";
import { useReasons } from "./reasons.ts";

/** Says that a row is from the old site, and what it lost. */
export function Mark({ why }: { why: string[] }) {
  const words = useMovedTexts();
  const reasons = useReasons()(why);
  return (
    <span className={styles.mark}>
      {words.mark}
      {reasons && `: ${reasons}`}
    </span>
  );
}
