import { usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Posts.module.css";

/** A rating as stars, and as text beside them. */
export function Stars({ rating, text }: { rating: number; text?: string }) {
  const words = usePostTexts();
  const format = useFormat();
  const full = Math.round(rating);
  return (
    <span className={styles.rating}>
      <span className={styles.stars} aria-hidden="true">
        {"★".repeat(full) + "☆".repeat(5 - full)}
      </span>
      <span>{text ?? words.stars(format.number(rating))}</span>
    </span>
  );
}
