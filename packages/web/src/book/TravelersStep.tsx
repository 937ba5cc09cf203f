import { Link } from "wouter";
import { useTravelers } from "../data/travelers.ts";
import { Lacks } from "../traveler/Lacks.tsx";
import { nameOf } from "../traveler/name.ts";
import { Button } from "../ui/Button.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTravelerTexts } from "../words/travelers.ts";
import { useTripTexts } from "../words/trips.ts";
import styles from "./Book.module.css";
import type { StepProps } from "./step.ts";

/** Who flies. A document that runs out too early is said here, where there is still time. */
export function TravelersStep({ offer, draft, change, next }: StepProps) {
  const { book: words } = useTripTexts();
  const texts = useTravelerTexts();
  const end = offer.slices.at(-1)?.arrivingAt.slice(0, 10);
  const { data, error, isPending, refetch } = useTravelers(end);
  const travelers = data?.items;
  if (isPending) return <Skeleton height={160} />;
  if (error && !travelers) return <Fault error={error} onRetry={() => void refetch()} />;
  const toggle = (id: string, isOn: boolean) =>
    change({ travelers: isOn ? [...draft.travelers, id] : draft.travelers.filter((each) => each !== id) });
  return (
    <section className={styles.card}>
      <fieldset className={styles.choices}>
        <legend>{words.who}</legend>
        {travelers?.length === 0 && <p>{words.noTravelers}</p>}
        {travelers?.map((traveler) => {
          const { id, documents } = traveler;
          const warnings = [...new Set(documents.flatMap(({ runsOut }) => runsOut ?? []))];
          return (
            <div key={id}>
              <label className={styles.choice}>
                <input
                  type="checkbox"
                  checked={draft.travelers.includes(id)}
                  onChange={(event) => toggle(id, event.currentTarget.checked)}
                />
                <span>{nameOf(traveler) || texts.nameless}</span>
              </label>
              <Lacks of={traveler} />
              {warnings.map((warning) => (
                <Notice key={warning} tone="typical">
                  {words.runsOut[warning]}
                </Notice>
              ))}
            </div>
          );
        })}
        <Link href={`/account/travelers?back=${encodeURIComponent(`/book/${offer.id}`)}`}>{words.addTraveler}</Link>
      </fieldset>
      <p className={styles.small}>{words.names}</p>
      <div>
        <Button kind="main" disabled={draft.travelers.length === 0} onClick={next}>
          {words.next}
        </Button>
      </div>
    </section>
  );
}
