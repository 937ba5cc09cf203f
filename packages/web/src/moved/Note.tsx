import { Link } from "wouter";
import { useMovedCounts } from "../data/moved.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useMovedTexts } from "../words/moved.ts";
import { useCameWith } from "./counts.ts";
import styles from "./MovedPage.module.css";

/** How much moved with the account; what was lost is on the page behind the link. */
export function Note({ onClose }: { onClose: () => void }) {
  const words = useMovedTexts();
  const came = useCameWith();
  const { data } = useMovedCounts();
  if (!data) return null;
  return (
    <div role="status" className={styles.note}>
      <Notice tone="low">
        <p>{words.notice}</p>
        <p>{came(data.counts)}</p>
        {data.items.length > 0 && <p>{words.someLost}</p>}
        <p>
          <Link href="/moved" onClick={onClose}>
            {words.seeAll}
          </Link>
        </p>
        <Button onClick={onClose}>{words.seen}</Button>
      </Notice>
    </div>
  );
}
