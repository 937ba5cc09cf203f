import type { FoundItem } from "../data/find.ts";
import { useFindTexts } from "../words/find.ts";
import styles from "./Find.module.css";

/** A result: its name, what it is, and a part of its text with the words that were typed. */
export function Item({ of }: { of: FoundItem }) {
  const words = useFindTexts();
  const about = [words.kinds[of.kind], of.title !== null && of.kind !== "help" ? of.placeName : null];
  return (
    <>
      <span className={styles.name}>{of.title ?? of.placeName ?? of.id}</span>
      <span className={styles.kind}>{[...new Set(about)].filter((part) => part !== null).join(", ")}</span>
      <span className={styles.text} lang={of.language ?? undefined} dir="auto">
        {of.headline.map(({ text, marked }, at) => (marked ? <mark key={at}>{text}</mark> : text))}
      </span>
    </>
  );
}
