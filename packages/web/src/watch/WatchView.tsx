import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Names } from "../data/names.ts";
import type { Overview, Watch } from "../data/watches.ts";
import { InsightBar } from "../plot/InsightBar.tsx";
import { PriceHistory } from "../plot/PriceHistory.tsx";
import { MovedMark } from "../ui/Moved.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Moment, Price, SimulatedTag, Tag } from "../ui/Show.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import { daysOf, partyOf, routeOf } from "./subject.ts";
import { WatchActions } from "./WatchActions.tsx";
import styles from "./WatchPage.module.css";

// How a watch looks, by what is given alone: nothing here asks the API, so that it is drawn before the client is there
// (src/landing.tsx).

/** A watch's page at first, from the answers to the page's two questions. */
export function drawWatch([watch, overview]: unknown[]): ReactNode {
  const given = watch as Watch & Names;
  return (
    <WatchFrame>
      <Details
        watch={given}
        menu={<WatchActions state={given.state} />}
        past={<Past watch={given} overview={overview as Overview} />}
      />
    </WatchFrame>
  );
}

export function WatchFrame({ children }: { children: ReactNode }) {
  const { watches } = useWords();
  return (
    <div className={styles.page}>
      <Link href="/watches">{watches.title}</Link>
      {children}
    </div>
  );
}

/** What is watched and what it costs; `past` is how it came to that. */
export function Details({ watch, menu, past }: { watch: Watch & Names; menu: ReactNode; past: ReactNode }) {
  const words = useWords();
  const format = useFormat();
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
        {menu}
      </header>
      <State watch={watch} />
      <section className={styles.card}>{past}</section>
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

/** The plot of its prices, and how the present one compares. `go` opens a page of the client. */
export function Past({
  watch,
  overview,
  go = () => undefined,
}: {
  watch: Watch;
  overview: Overview;
  go?: (address: string) => void;
}) {
  const { watch: words } = useWords();
  const format = useFormat();
  const { days, standing, insight, alerts, changes } = overview;
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
