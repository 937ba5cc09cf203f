import { lazy, Suspense, useEffect, useState } from "react";
import { Link, useSearch } from "wouter";
import { useSignedIn } from "../data/me.ts";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Home.module.css";
import { journeyAddress, readJourney } from "./journey.ts";
import { latelySearched } from "./lately.ts";
import { SearchForm } from "./SearchForm.tsx";

const Yours = lazy(async () => ({ default: (await import("../watch/Yours.tsx")).Yours }));

export function Home() {
  const words = useWords();
  const format = useFormat();
  const search = useSearch();
  useTitle(words.slogan);
  const lately = latelySearched();
  const isSignedIn = useSignedIn();
  // What was drawn for all has no watches.
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => setDrawn(true), []);
  return (
    <div className={styles.home}>
      <div>
        <h1>{words.slogan}</h1>
        <p className={styles.promise}>{words.promise}</p>
      </div>
      <SearchForm journey={readJourney(search)} />
      {isDrawn && isSignedIn && (
        <Suspense fallback={<Skeleton height={104} count={2} />}>
          <Yours />
        </Suspense>
      )}
      {lately.length > 0 && (
        <section aria-labelledby="lately">
          <h2 id="lately" className={styles.lately}>
            {words.home.lately}
          </h2>
          <ul className={styles.list}>
            {lately.map(({ journey, route }) => (
              <li key={journeyAddress("", journey)}>
                <Link href={journeyAddress("/search", journey)} className={styles.again}>
                  <strong>{route}</strong>
                  <span>
                    {format.day(journey.departureDate)}
                    {journey.returnDate && ` – ${format.day(journey.returnDate)}`}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
