import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { backOf } from "../account/back.ts";
import styles from "../account/Form.module.css";
import { type Setup, useFinishCard, useStartCard } from "../data/payments.ts";
import { Action } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { WithMe } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { usePayTexts } from "../words/pay.ts";
import { useFormat, useWords } from "../words/words.tsx";
import type { CardElement } from "./element.ts";
import { cardHref, withReturn } from "./link.ts";
import pay from "./Pay.module.css";

/** Adds a card: Stripe takes it, on its own page or in its own frame, and leads back here. */
export function NewCard() {
  const words = usePayTexts();
  const { back: backWord } = useWords();
  const search = useSearch();
  const back = backOf(search);
  const done = new URLSearchParams(search).get("setup_intent");
  useTitle(words.add);
  return (
    <div className={styles.form}>
      <h1>{words.add}</h1>
      <WithMe>{() => (done ? <Finish setup={done} back={back} /> : <Start back={back} />)}</WithMe>
      <Link href={back} className={styles.target}>
        ‹ {backWord}
      </Link>
    </div>
  );
}

function Start({ back }: { back: string }) {
  const words = usePayTexts();
  const start = useStartCard();
  const [setup, setSetup] = useState<Setup | null>(null);
  const begin = () =>
    start.mutate(undefined, {
      onSuccess: (made) => {
        if (made.page === null) setSetup(made);
        else location.assign(withReturn(made.page, new URL(cardHref(back), location.origin).href));
      },
    });
  if (setup) return <Entry setup={setup} back={back} />;
  return (
    <>
      <p className={styles.note}>{words.stripe}</p>
      <div>
        <Action kind="main" busy={start.isPending || (start.isSuccess && setup === null)} onClick={begin}>
          {words.enter}
        </Action>
      </div>
      <FaultOf error={start.error} />
    </>
  );
}

/** Stripe's element: what is typed there never comes to this page. */
function Entry({ setup, back }: { setup: Setup; back: string }) {
  const words = usePayTexts();
  const { errors } = useWords();
  const { locale } = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const [element, setElement] = useState<CardElement | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isSaved, setSaved] = useState(false);
  useEffect(() => {
    const { theme } = document.documentElement.dataset;
    const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const load = async () => {
      const { showElement } = await import("./element.ts");
      return showElement(setup, place.current!, { locale, dark });
    };
    load().then(setElement, () => setSaid(words.notLoaded));
  }, [setup, locale, words]);
  const save = async () => {
    setBusy(true);
    const fault = await element?.save(new URL(cardHref(back), location.origin).href).catch(() => errors.unknown);
    setBusy(false);
    setSaid(fault ?? null);
    if (fault === null) setSaved(true);
  };
  if (isSaved) return <Finish setup={setup.id} back={back} />;
  return (
    <>
      <div ref={place} className={pay.element} />
      {said && (
        <div role="alert">
          <Notice tone="high">{said}</Notice>
        </div>
      )}
      <div>
        <Action kind="main" busy={isBusy || element === null} onClick={() => void save()}>
          {words.save}
        </Action>
      </div>
    </>
  );
}

/** Reads at Stripe what came of it, and leads back where the card is kept. */
function Finish({ setup, back }: { setup: string; back: string }) {
  const words = usePayTexts();
  const [, go] = useLocation();
  const finish = useFinishCard();
  const { mutate } = finish;
  const read = () =>
    mutate(setup, { onSuccess: () => go(back === "/" ? "/account/payment-methods" : back, { replace: true }) });
  // Once; and again when the person says so.
  useEffect(read, [setup]);
  if (!finish.error) return <Skeleton height={72} />;
  return (
    <>
      <Fault error={finish.error} onRetry={read} />
      <Link href={cardHref(back)} className={styles.target}>
        {words.another}
      </Link>
    </>
  );
}
