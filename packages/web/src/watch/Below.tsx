import { lazy } from "react";
import { Link } from "wouter";
import { useOverview, type Watch } from "../data/watches.ts";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { WhenOpened } from "../ui/WhenOpened.tsx";
import { useWords } from "../words/words.tsx";
import { ChangeRules } from "./ChangeRules.tsx";
import { Decisions } from "./Decisions.tsx";
import { WatchChannels } from "./WatchChannels.tsx";
import styles from "./WatchPage.module.css";

const Forecast = lazy(async () => ({ default: (await import("../forecast/Forecast.tsx")).Forecast }));
const AutoHold = lazy(async () => ({ default: (await import("./AutoHold.tsx")).AutoHold }));

/** What is below the first screen of a phone on a watch's page: its rules, channels and last decisions. */
export function Below({ watch }: { watch: Watch }) {
  const words = useWords();
  return (
    <>
      {watch.state !== "ended" && (
        <section className={styles.card}>
          <WhenOpened title={words.insight.cheaper}>
            <Forecast of={{ watch: watch.id }} />
          </WhenOpened>
        </section>
      )}
      <section className={styles.card}>
        <ChangeRules watch={watch} />
      </section>
      <section className={styles.card}>
        <WatchChannels watch={watch} />
      </section>
      <section className={styles.card}>
        <WhenOpened title={words.watch.autoHold}>
          <AutoHold watch={watch} />
        </WhenOpened>
      </section>
      <section className={styles.card}>
        <h2>{words.watch.lately}</h2>
        <Lately id={watch.id} />
        <Link href={`/watches/${watch.id}/why`}>{words.watch.allDecisions}</Link>
      </section>
    </>
  );
}

function Lately({ id }: { id: string }) {
  const { data, error, isPending } = useOverview(id);
  if (isPending) return <Skeleton height={48} count={3} />;
  if (!data) return <Fault error={error} />;
  return <Decisions id={id} items={data.decisions} />;
}
