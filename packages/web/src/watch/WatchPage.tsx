import { lazy, Suspense } from "react";
import { Link, useLocation } from "wouter";
import { isSignedIn } from "../data/me.ts";
import type { Names } from "../data/names.ts";
import { prepareWatch, useOverview, useWatch, type Watch } from "../data/watches.ts";
import { InsightBar } from "../plot/InsightBar.tsx";
import { PriceHistory } from "../plot/PriceHistory.tsx";
import { useFirst } from "../ui/first.ts";
import { MovedMark } from "../ui/Moved.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Moment, Price, SimulatedTag, Skeleton, Tag } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { daysOf, partyOf, routeOf } from "./subject.ts";
import { WatchMenu } from "./WatchMenu.tsx";
import styles from "./WatchPage.module.css";

/** What is below the first screen of a phone. */
const Below = lazy(async () => ({ default: (await import("./Below.tsx")).Below }));

/** Asks for what the page shows, where it is opened first; a stranger is asked to sign in. */
export async function prepare({ id = "" }: { id?: string | undefined }): Promise<void> {
  if (isSignedIn()) await prepareWatch(id);
}

export function WatchPage({ params: { id = "" } }: { params: { id?: string } }) {
  const { watches } = useWords();
  return (
    <div className={styles.page}>
      <Link href="/watches">{watches.title}</Link>
      <SignedIn>
        <Loaded key={id} id={id} />
      </SignedIn>
    </div>
  );
}

function Loaded({ id }: { id: string }) {
  const { data: watch, error, isPending, refetch } = useWatch(id);
  if (isPending) return <Skeleton height={160} count={3} />;
  if (error && !watch) return <Fault error={error} onRetry={() => void refetch()} />;
  return watch ? <Details watch={watch} /> : null;
}

function Details({ watch }: { watch: Watch & Names }) {
  const words = useWords();
  const format = useFormat();
  useTitle(routeOf(watch, watch));
  const isFirst = useFirst(useOverview(watch.id).isPending);
  return (
    <>
      <header className={styles.head}>
        <div>
          <h1 className={styles.title}>{routeOf(watch, watch)}</h1>
          <p>
            {daysOf(watch, words, format)} · {partyOf(watch, words)}
            {watch.fares > 1 && ` · ${words.watches.fares(watch.fares)}`}
          </p>
        </div>
        <WatchMenu watch={watch} />
      </header>
      <State watch={watch} />
      <section className={styles.card}>
        <Past watch={watch} />
      </section>
      {!isFirst && (
        <Suspense fallback={<Skeleton height={160} count={3} />}>
          <Below watch={watch} />
        </Suspense>
      )}
    </>
  );
}

function State({ watch }: { watch: Watch }) {
  const { watches: words, watch: one } = useWords();
  const format = useFormat();
  const { state, currentPrice, checkedAt, nextCheckAt, nextCheckBecause, snoozedUntil, endedAt, moved } = watch;
  return (
    <div className={styles.state}>
      <p className={styles.now}>
        {currentPrice ? <Price of={currentPrice} big /> : <strong>{checkedAt ? words.noFlight : words.noPrice}</strong>}
        {checkedAt && <Moment at={checkedAt} />}
        <Tag tone={state === "active" ? "accent" : "plain"}>{words.states[state]}</Tag>
        {watch.simulated && <SimulatedTag />}
      </p>
      {state === "snoozed" && snoozedUntil && <Notice>{words.snoozedUntil(format.moment(snoozedUntil))}</Notice>}
      {state === "paused" && <Notice tone="typical">{words.paused[pauseOf(watch)]}</Notice>}
      {state === "ended" && endedAt && <Notice>{words.ended(format.age(endedAt))}</Notice>}
      <MovedMark of={moved} />
      {nextCheckAt && nextCheckBecause && (
        <p className={styles.next}>{one.nextCheck(format.age(nextCheckAt), one.because[nextCheckBecause.code])}</p>
      )}
    </div>
  );
}

/** Why a watch is paused: one that was moved in says by what it lost why it is. */
function pauseOf({ pausedBecause, moved }: Watch) {
  if (pausedBecause !== "moved") return pausedBecause ?? "person";
  if (moved?.why.includes("day.unsold")) return "unsold";
  return moved?.why.includes("active.most") ? "most" : "moved";
}

/** The plot of its prices, and how the present one compares. */
function Past({ watch }: { watch: Watch }) {
  const { watch: words } = useWords();
  const format = useFormat();
  const [, go] = useLocation();
  const { data, error, isPending, refetch } = useOverview(watch.id);
  if (isPending) return <Skeleton height={260} />;
  if (!data) return <Fault error={error} onRetry={() => void refetch()} />;
  const { days, standing, insight, alerts, changes } = data;
  const { lowest, highest } = standing;
  return (
    <>
      <div className={styles.past}>
        <h2>{words.history}</h2>
        {lowest && highest && (
          <p className={styles.next}>
            {words.historyNote(
              days.length,
              format.money(lowest.price),
              lowest.price.amount === highest.price.amount ? null : format.money(highest.price),
            )}
          </p>
        )}
      </div>
      <PriceHistory
        days={days}
        currency={watch.currency}
        target={watch.rules.target}
        band={insight.quartiles}
        alerts={alerts}
        changes={changes}
        onOpen={(day) => go(`/watches/${watch.id}/why?day=${day}`)}
        onAlert={(at) => go(`/watches/${watch.id}/why?at=${encodeURIComponent(at)}`)}
      />
      <InsightBar insight={insight} />
    </>
  );
}
