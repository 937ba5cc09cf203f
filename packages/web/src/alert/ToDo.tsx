import { useState } from "react";
import { Link } from "wouter";
import type { FullAlert } from "../data/alerts.ts";
import type { Journey } from "../data/flights.ts";
import { useChangeWatch } from "../data/watches.ts";
import { journeyAddress } from "../search/journey.ts";
import { Action } from "../ui/Button.tsx";
import styles from "../ui/Detail.module.css";
import { FaultOf } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { useTripTexts } from "../words/trips.ts";
import { useWords } from "../words/words.tsx";

type Done = "snoozed" | "stopped" | "isBooked";
const steps: [done: Done, action: string, body: object][] = [
  ["snoozed", "snooze", { days: 7 }],
  ["stopped", "pause", {}],
  ["isBooked", "booked", {}],
];

/** What an alert is for: to look for the flights and book, or to hear no more. */
export function ToDo({ of: alert }: { of: FullAlert }) {
  const { alerts, watch: words } = useWords();
  const { alert: texts } = useChannelTexts();
  const trips = useTripTexts();
  const change = useChangeWatch(alert.watchId);
  const [done, setDone] = useState<Done | null>(null);
  const names = { snoozed: words.snooze, stopped: texts.stop, isBooked: words.booked };
  return (
    <section className={styles.card} aria-labelledby="todo">
      <h2 id="todo">{texts.todo}</h2>
      <p className={styles.actions}>
        <Link href={`/alerts/${alert.id}/book`}>{trips.fromAlert.link}</Link>
        <Link href={journeyAddress("/search", journeyOf(alert))}>{texts.search}</Link>
        <Link href={`/watches/${alert.watchId}`}>{alerts.open}</Link>
        <Link href={`/watches/${alert.watchId}/why?at=${encodeURIComponent(alert.at)}`}>{alerts.why}</Link>
      </p>
      {!done && (
        <div className={styles.actions}>
          {steps.map(([each, action, body]) => (
            <Action
              key={each}
              busy={change.isPending}
              onClick={() => change.mutate({ action, body }, { onSuccess: () => setDone(each) })}
            >
              {names[each]}
            </Action>
          ))}
        </div>
      )}
      <div role="status">{done && <Notice tone="low">{texts[done]}</Notice>}</div>
      <FaultOf error={change.error} />
    </section>
  );
}

/** The journey of the alert for the party of its watch. */
function journeyOf({ origin, destination, departureDate, returnDate, price, watch }: FullAlert): Journey {
  const { adults, childAges, infants, cabin } = watch;
  return {
    origin,
    destination,
    departureDate,
    returnDate: returnDate ?? undefined,
    adults,
    childAges,
    infants,
    cabin: cabin as Journey["cabin"],
    currency: price.currency,
  };
}
