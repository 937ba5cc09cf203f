import { useLocation, useSearch } from "wouter";
import { namesIn } from "../data/names.ts";
import { useWatches } from "../data/watches.ts";
import { Button } from "../ui/Button.tsx";
import { Filter } from "../ui/Filter.tsx";
import { More } from "../ui/More.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useWords } from "../words/words.tsx";
import { Row } from "./Row.tsx";
import styles from "./Watches.module.css";

const states = ["all", "active", "snoozed", "paused", "ended"] as const;
type Shown = (typeof states)[number];

export function Watches() {
  const { watches: words } = useWords();
  useTitle(words.title);
  return (
    <div className={styles.page}>
      <h1>{words.title}</h1>
      <SignedIn>
        <List />
      </SignedIn>
    </div>
  );
}

function List() {
  const { watches: words, home, page } = useWords();
  const [, go] = useLocation();
  const given = new URLSearchParams(useSearch()).get("state");
  const state: Shown = states.find((each) => each === given) ?? "all";
  const list = useWatches(state);
  const { data, error, isPending, refetch } = list;
  const watches = data?.pages.flatMap(({ items }) => items) ?? [];
  const names = namesIn(data?.pages);
  return (
    <>
      <Filter
        label={words.filter}
        choices={states.map((each) => ({
          href: each === "all" ? "/watches" : `/watches?state=${each}`,
          text: each === "all" ? words.all : words.states[each],
          isChosen: each === state,
        }))}
      />
      {isPending && <Skeleton height={104} count={4} />}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      {data && watches.length === 0 && (
        <Empty title={words.empty}>
          <p>{words.emptyHint}</p>
          <Button kind="main" onClick={() => go("/")}>
            {page.home}
          </Button>
        </Empty>
      )}
      <ul className={styles.list} aria-label={home.yours}>
        {watches.map((watch) => (
          <li key={watch.id}>
            <Row watch={watch} names={names} />
          </li>
        ))}
      </ul>
      <More of={list} />
    </>
  );
}
