import { Link, useSearch } from "wouter";
import { type FoundItem, useFound } from "../data/find.ts";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useFindTexts } from "../words/find.ts";
import { findAddress } from "./address.ts";
import styles from "./Find.module.css";
import { FindBox } from "./FindBox.tsx";
import { Item } from "./Item.tsx";

/** All results for the text in the address, in groups. */
export function FindPage() {
  const words = useFindTexts();
  const text = (new URLSearchParams(useSearch()).get("q") ?? "").trim().slice(0, 200);
  useTitle(text === "" ? words.title : words.titleFor(text));
  return (
    <div className={styles.page}>
      <h1>{text === "" ? words.title : words.titleFor(text)}</h1>
      <FindBox text={text} large />
      {text === "" ? <Empty title={words.begin}>{words.beginNote}</Empty> : <Results text={text} />}
      <p>
        <Link href="/help">{words.allHelp}</Link>
      </p>
    </div>
  );
}

function Results({ text }: { text: string }) {
  const words = useFindTexts();
  const { data, error, refetch } = useFound(text, 20);
  if (!data) return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={64} count={5} />;
  const { places, texts, mine, didYouMean } = data;
  const count = places.length + texts.length + mine.length;
  const [first] = places;
  return (
    <>
      <p role="status" className="hidden">
        {words.count(count)}
      </p>
      {didYouMean && (
        <p>
          <Link href={findAddress(didYouMean)}>{words.instead(didYouMean)}</Link>
        </p>
      )}
      {count === 0 && <Empty title={words.none}>{words.noneNote}</Empty>}
      <Group name="mine" items={mine} />
      <Group name="places" items={places} />
      {first && (
        <p>
          <Link href={`/?destination=${encodeURIComponent(first.id)}`}>
            {words.flights(first.placeName ?? first.id)}
          </Link>
        </p>
      )}
      <Group name="texts" items={texts} />
    </>
  );
}

function Group({ name, items }: { name: "mine" | "places" | "texts"; items: FoundItem[] }) {
  const words = useFindTexts();
  if (items.length === 0) return null;
  return (
    <section aria-label={words.groups[name]}>
      <h2>{words.groups[name]}</h2>
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={`${item.kind} ${item.id}`}>
            <Link href={item.path} className={styles.result}>
              <Item of={item} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
