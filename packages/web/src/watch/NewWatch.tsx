import { useRef } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { Failed } from "../api/http.ts";
import { useDraft } from "../data/drafts.ts";
import { type Journey, useFlights, useInsight } from "../data/flights.ts";
import { useSignedIn } from "../data/me.ts";
import { cityNames, namesIn } from "../data/names.ts";
import { useCreateWatch } from "../data/watches.ts";
import { InsightBar } from "../plot/InsightBar.tsx";
import { isComplete, readJourney } from "../search/journey.ts";
import { SearchForm } from "../search/SearchForm.tsx";
import { Action } from "../ui/Button.tsx";
import { useFieldFault } from "../ui/faults.tsx";
import { Fault, Notice, useFaultText } from "../ui/Notice.tsx";
import { Price, Skeleton } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { useFormat, useWords } from "../words/words.tsx";
import type { Choice } from "./ChannelPicker.tsx";
import styles from "./NewWatch.module.css";
import { RulesEditor } from "./RulesEditor.tsx";
import { type Draft, draftOf, isAnyOn, rulesOf } from "./rules.ts";
import { WantedEditor } from "./WantedEditor.tsx";
import { NewChannels } from "./WatchChannels.tsx";
import { subjectOf, wantedOf } from "./wanted.ts";

/** A watch for the journey in the address. Signing in is asked for at the end, and loses nothing. */
export function NewWatch() {
  const words = useWords();
  const journey = readJourney(useSearch());
  useTitle(words.watch.new);
  return (
    <div className={styles.page}>
      <h1>{words.watch.new}</h1>
      {isComplete(journey) ? <Form journey={journey} /> : <SearchForm journey={journey} />}
    </div>
  );
}

function Form({ journey }: { journey: Journey }) {
  const words = useWords();
  const format = useFormat();
  const faultText = useFaultText();
  const [, go] = useLocation();
  const isSignedIn = useSignedIn();
  const flights = useFlights(journey, {});
  const best = flights.data?.pages[0]?.items[0]?.total;
  const names = namesIn(flights.data?.pages);
  const insight = useInsight(journey, best);
  const isShown = useRef(false);
  const create = useCreateWatch();
  const fieldFault = useFieldFault(create.error);
  const fault = fieldFault("rules.target");
  const currency = best?.currency ?? journey.currency;
  // No target is another thing than one that was emptied: for the first a tenth less than the best price stands there.
  const { draft, change, forget } = useDraft<Omit<Draft, "target"> & { target: string | null }>(
    `watch ${useSearch()}`,
    () => ({ ...draftOf(null, ""), target: null }),
  );
  const today = new Date().toISOString().slice(0, 10);
  const more = useDraft(`wanted ${useSearch()}`, () => wantedOf(journey, today));
  const where = useDraft<Choice>(`channels ${useSearch()}`, () => ({ channels: null, isOpen: false }));
  const { channels, isOpen } = where.draft;
  // How the price compares stands above the form: it is waited for, so that the form does not move when it comes.
  if (flights.isPending || (insight.isLoading && !isShown.current)) return <Skeleton height={150} count={2} />;
  if (!currency) return <Fault error={flights.error} onRetry={() => void flights.refetch()} />;
  isShown.current = true;
  const suggested = best ? Math.floor(Number(best.amount) * 0.9).toString() : "";
  const shown = { ...draft, target: draft.target ?? suggested };
  const wanted = more.draft;
  const subject = subjectOf(journey, wanted);
  const duplicate = create.error instanceof Failed && create.error.code === "watch.duplicate";
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const onSuccess = ({ id }: { id: string }) => {
          forget();
          more.forget();
          where.forget();
          go(`/watches/${id}`);
        };
        create.mutate({ ...subject, currency, rules: rulesOf(shown), ...(channels && { channels }) }, { onSuccess });
      }}
    >
      <p className={styles.journey}>
        <strong>{words.results.title(cityNames(journey.origin, names), cityNames(journey.destination, names))}</strong>
        <span>
          {format.day(journey.departureDate)}
          {journey.returnDate && ` – ${format.day(journey.returnDate)}`}
        </span>
        {best && <Price of={best} big />}
      </p>
      {insight.data && <InsightBar insight={insight.data} />}
      <WantedEditor journey={journey} wanted={wanted} today={today} onChange={more.change} fault={fieldFault} />
      <RulesEditor
        draft={shown}
        onChange={change}
        subject={isSignedIn ? subject : null}
        currency={currency}
        range={best ? [Math.floor(Number(best.amount) * 0.4), Math.ceil(Number(best.amount) * 1.2)] : null}
        fault={fault}
      >
        {isSignedIn && <NewChannels start={channels} onChange={where.change} />}
        {create.error && (
          <Notice tone="high">
            <p role="alert">{duplicate ? words.watch.duplicate : faultText(create.error)}</p>
            {duplicate && <Link href="/watches">{words.watch.openDuplicate}</Link>}
          </Notice>
        )}
        <SignedIn note={words.watch.signIn}>
          <Action kind="main" type="submit" busy={create.isPending} disabled={!isAnyOn(shown) || isOpen}>
            {words.rules.save}
          </Action>
        </SignedIn>
      </RulesEditor>
    </form>
  );
}
