import { Link } from "wouter";
import { useMe, useSignedIn } from "../data/me.ts";
import { type Mine, useMoved } from "../data/moved.ts";
import { More } from "../ui/More.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { useMovedTexts } from "../words/moved.ts";
import { useWords } from "../words/words.tsx";
import { useCameWith } from "./counts.ts";
import styles from "./MovedPage.module.css";
import { useReasons } from "./reasons.ts";

/** For everyone who comes from the old site: what moved, what did not, and how to get in; then what is theirs. */
export function MovedPage() {
  const words = useMovedTexts();
  const { account } = useWords();
  const isSignedIn = useSignedIn();
  useTitle(words.title);
  return (
    <article className={styles.page}>
      <h1>{words.title}</h1>
      <p>{words.intro}</p>
      {isSignedIn ? (
        <Own />
      ) : (
        <section className={styles.part}>
          <h2>{words.enter}</h2>
          <p>{words.oldPassword}</p>
          <p>
            <Link href="/sign-in?back=%2Fmoved">{account.signIn}</Link>
          </p>
          <p>{words.newPassword}</p>
          <p>
            <Link href="/forgot">{account.reset}</Link>
          </p>
        </section>
      )}
      <List title={words.came} items={words.cameList} />
      <List title={words.lost} items={words.lostList} />
    </article>
  );
}

function List({ title, items }: { title: string; items: string[] }) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </section>
  );
}

function Own() {
  const words = useMovedTexts();
  const came = useCameWith();
  const moved = useMoved();
  const { data: me } = useMe();
  const { data, error, refetch } = moved;
  const [first] = data?.pages ?? [];
  if (!first) return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} />;
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={styles.part} aria-label={words.yours}>
      <h2>{[me?.firstName, me?.lastName].filter(Boolean).join(" ") || words.yours}</h2>
      <p>{first.moved ? came(first.counts) : words.notMoved}</p>
      {first.moved && (items.length === 0 ? <p>{words.nothingLost}</p> : <Lost items={items} />)}
      <More of={moved} />
    </section>
  );
}

const pages = { account: "/account/profile", watch: "/watches/", booking: "/trips/", traveler: "/account/travelers" };

function Lost({ items }: { items: Mine["items"] }) {
  const words = useMovedTexts();
  const reasons = useReasons();
  return (
    <>
      <h3>{words.lostHere}</h3>
      <ul className={styles.list}>
        {items.map(({ kind, id, why }) => (
          <li key={id}>
            {kind === "search" ? (
              words.kinds[kind]
            ) : (
              <Link href={pages[kind].endsWith("/") ? pages[kind] + id : pages[kind]}>{words.kinds[kind]}</Link>
            )}
            {`: ${reasons(why)}`}
          </li>
        ))}
      </ul>
    </>
  );
}
