import { useState } from "react";
import { Link } from "wouter";
import { type Offer, useOffer } from "../data/flights.ts";
import type { Names } from "../data/names.ts";
import { SliceLine } from "../search/OfferCard.tsx";
import { Terms } from "../search/Terms.tsx";
import { Button } from "../ui/Button.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Price, SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import type { Money } from "../words/format.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Book.module.css";
import { Check } from "./Check.tsx";
import { atOtherPrice, type Draft, fittedTo, keepDraft, readDraft } from "./draft.ts";
import { PaymentStep } from "./PaymentStep.tsx";
import type { StepProps } from "./step.ts";
import { TravelersStep } from "./TravelersStep.tsx";

/** From an offer to a booking, in four steps. */
export function Book({ params: { id = "" } }: { params: { id?: string } }) {
  const { book: words } = useTripTexts();
  useTitle(words.title);
  return (
    <div className={styles.page}>
      <h1>{words.title}</h1>
      <SignedIn>
        <Loaded key={id} id={id} />
      </SignedIn>
    </div>
  );
}

function Loaded({ id }: { id: string }) {
  const { offer: texts } = useWords();
  const { book: words } = useTripTexts();
  // Nothing changes under the hand that books: the API refuses another price than the one that was taken here.
  const { data, error, isPending, refetch } = useOffer(id, true);
  if (isPending)
    return (
      <>
        <p role="status">{texts.checking}</p>
        <Skeleton height={180} />
      </>
    );
  if (error && !data) return <Fault error={error} onRetry={() => void refetch()} />;
  if (!data?.offer)
    return (
      <Notice tone="high">
        <p>{words.gone}</p>
        <Link href="/">{texts.again}</Link>
      </Notice>
    );
  return <Steps offer={data.offer} before={data.previousTotal} names={data} />;
}

const steps = [FlightsStep, TravelersStep, PaymentStep, Check];

function Steps({ offer, before, names }: { offer: Offer; before: Money | undefined; names: Names }) {
  const { offer: texts } = useWords();
  const { book: words } = useTripTexts();
  const format = useFormat();
  const [kept, setDraft] = useState(() => readDraft(offer.id, (before ?? offer.total).amount));
  const draft = fittedTo(offer.payment, kept);
  const change = (changed: Partial<Draft>) => {
    const after = { ...draft, ...changed };
    keepDraft(offer.id, after);
    setDraft(after);
  };
  const Step = steps[draft.step] ?? FlightsStep;
  const agreed = { amount: draft.total, currency: offer.total.currency };
  return (
    <>
      <nav aria-label={words.step(draft.step + 1, steps.length)}>
        <ol className={styles.steps}>
          {words.steps.map((name, index) => (
            <li key={name} aria-current={index === draft.step ? "step" : undefined}>
              {index < draft.step ? (
                <Button kind="quiet" onClick={() => change({ step: index })}>
                  {name}
                </Button>
              ) : (
                <span>{name}</span>
              )}
            </li>
          ))}
        </ol>
      </nav>
      {offer.simulated && <Notice>{words.simulated}</Notice>}
      {agreed.amount === offer.total.amount ? (
        <Step offer={offer} names={names} draft={draft} change={change} next={() => change({ step: draft.step + 1 })} />
      ) : (
        // The airline's price has changed since the person saw it, here or in the list before.
        <div role="alert">
          <Notice tone="typical">
            <p>{words.otherPrice(format.money(agreed), format.money(offer.total))}</p>
            <Button onClick={() => change(atOtherPrice(draft, offer.total.amount))}>
              {words.takePrice(format.money(offer.total))}
            </Button>
            <Link href="/">{texts.again}</Link>
          </Notice>
        </div>
      )}
    </>
  );
}

function FlightsStep({ offer, names, next }: StepProps) {
  const { book: words } = useTripTexts();
  const { offer: texts } = useWords();
  const format = useFormat();
  return (
    <section className={styles.card}>
      <p className={styles.total}>
        <Price of={offer.total} big /> {offer.simulated && <SimulatedTag />}
      </p>
      {offer.slices.map((slice) => (
        <div key={slice.departingAt + slice.origin}>
          <h2 className={styles.day}>{format.longDay(slice.departingAt.slice(0, 10))}</h2>
          <SliceLine slice={slice} names={names} />
        </div>
      ))}
      <Terms of={offer} />
      <p>{texts.until(format.moment(offer.expiresAt))}</p>
      <div>
        <Button kind="main" onClick={next}>
          {words.next}
        </Button>
      </div>
    </section>
  );
}
