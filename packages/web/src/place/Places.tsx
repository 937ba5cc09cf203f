import { Link } from "wouter";
import { useGuides } from "../data/guides.ts";
import { More } from "../ui/More.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { usePlaceTexts } from "../words/places.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./PlacePage.module.css";

/** The places that have a guide, busiest first. */
export function Places() {
  const words = usePlaceTexts();
  const format = useFormat();
  const guides = useGuides();
  const { data, error, refetch } = guides;
  useTitle(words.title);
  return (
    <article className={styles.page}>
      <h1>{words.title}</h1>
      <p>{words.intro}</p>
      {!data && (error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={44} count={8} />)}
      <ul className={styles.places}>
        {data?.pages
          .flatMap(({ items }) => items)
          .map(({ code, city, country }) => (
            <li key={code}>
              <Link href={`/places/${code}`} className={styles.place}>
                {city}, {format.region(country)}
              </Link>
            </li>
          ))}
      </ul>
      <More of={guides} />
    </article>
  );
}
