import { Link } from "wouter";
import { useHelpPages } from "../data/find.ts";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useFindTexts } from "../words/find.ts";
import styles from "./Find.module.css";

/** All pages of help. */
export function HelpPages() {
  const words = useFindTexts();
  useTitle(words.help);
  const { data, error, refetch } = useHelpPages();
  return (
    <div className={styles.page}>
      <h1>{words.help}</h1>
      {!data && (error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={44} count={6} />)}
      <ul className={styles.list}>
        {data?.items.map(({ name, title, language }) => (
          <li key={name}>
            <Link href={`/help/${name}`} className={styles.result} lang={language}>
              <span className={styles.name}>{title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
