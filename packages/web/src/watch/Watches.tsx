import { Link, useLocation, useSearch } from "wouter";
import { type Names, namesIn } from "../data/names.ts";
import { useWatches, type Watch } from "../data/watches.ts";
import { Sparkline } from "../plot/Sparkline.tsx";
import { Button } from "../ui/Button.tsx";
import { More } from "../ui/More.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Price, Skeleton, Tag } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { daysOf, partyOf, routeOf } from "./subject.ts";
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
      <nav className={styles.states} aria-label={words.filter}>
        {states.map((each) => (
          <Link
            key={each}
            href={each === "all" ? "/watches" : `/watches?state=${each}`}
            replace
            aria-current={each === state ? "true" : undefined}
            className={styles.state}
          >
            {each === "all" ? words.all : words.states[each]}
          </Link>
        ))}
      </nav>
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

function Row({ watch, names }: { watch: Watch; names: Names }) {
  const words = useWords();
  const format = useFormat();
  const { currentPrice, trend, state, nextCheckAt } = watch;
  return (
    <Link href={`/watches/${watch.id}`} className={styles.row}>
      <div className={styles.what}>
        <strong>{routeOf(watch, names)}</strong>
        <span>{daysOf(watch, words, format)}</span>
        <span className={styles.small}>
          {partyOf(watch, words)}
          {watch.fares > 1 && ` · ${words.watches.fares(watch.fares)}`}
        </span>
      </div>
      <Sparkline trend={trend} />
      <div className={styles.price}>
        {currentPrice ? (
          <Price of={currentPrice} />
        ) : (
          <span>{watch.checkedAt ? words.watches.noFlight : words.watches.noPrice}</span>
        )}
        <span className={styles.small}>{sinceAdded(watch, words.watches, format)}</span>
        <Tag tone={state === "active" ? "accent" : "plain"}>{words.watches.states[state]}</Tag>
        {nextCheckAt && <span className={styles.small}>{words.watches.next(format.age(nextCheckAt))}</span>}
      </div>
    </Link>
  );
}

/** The difference between the first price of the line and the present one. */
function sinceAdded(
  { trend, currentPrice }: Watch,
  words: ReturnType<typeof useWords>["watches"],
  format: ReturnType<typeof useFormat>,
) {
  const first = trend[0]?.price;
  if (!first || !currentPrice) return "";
  const change = Number(currentPrice.amount) - Number(first.amount);
  if (change === 0) return words.unchanged;
  return words.since(format.change({ amount: String(change), currency: currentPrice.currency }));
}
