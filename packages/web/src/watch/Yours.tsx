import { Link } from "wouter";
import { namesIn } from "../data/names.ts";
import { useYours } from "../data/watches.ts";
import { Skeleton } from "../ui/Show.tsx";
import { useWords } from "../words/words.tsx";
import { Row } from "./Row.tsx";
import styles from "./Yours.module.css";

/** The newest watches of a person, on the home. Without one there is nothing. */
export function Yours() {
  const { home, watches: words } = useWords();
  const { data, isPending } = useYours();
  const page = data?.pages[0];
  if (isPending) return <Skeleton height={104} count={2} />;
  if (!page || page.items.length === 0) return null;
  return (
    <section aria-labelledby="yours">
      <div className={styles.head}>
        <h2 id="yours" className={styles.title}>
          {home.yours}
        </h2>
        <Link href="/watches">{words.all}</Link>
      </div>
      <ul className={styles.list}>
        {page.items.map((watch) => (
          <li key={watch.id}>
            <Row watch={watch} names={namesIn([page])} />
          </li>
        ))}
      </ul>
    </section>
  );
}
