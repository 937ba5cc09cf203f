import { Link } from "wouter";
import { useGuides } from "../data/guides.ts";
import styles from "../place/PlacePage.module.css";
import { More } from "../ui/More.tsx";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";

/** The places that operators may write about; any other by its page. */
export function Guides() {
  return (
    <Frame part="guides">
      <List />
    </Frame>
  );
}

function List() {
  const format = useFormat();
  const guides = useGuides();
  return (
    <Answer of={guides}>
      {({ pages }) => (
        <>
          <ul className={styles.places}>
            {pages
              .flatMap(({ items }) => items)
              .map(({ code, city, country }) => (
                <li key={code}>
                  <Link href={`/operator/guides/${code}`} className={styles.place}>
                    {city}, {format.region(country)}
                  </Link>
                </li>
              ))}
          </ul>
          <More of={guides} />
        </>
      )}
    </Answer>
  );
}
