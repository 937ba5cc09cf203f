import { useState } from "react";
import { Link } from "wouter";
import { useAutoHold, useEndAutoHold, useSetAutoHold } from "../data/bookings.ts";
import { useTravelers } from "../data/travelers.ts";
import type { Watch } from "../data/watches.ts";
import { termsVersion } from "../legal/version.ts";
import { Lacks } from "../traveler/Lacks.tsx";
import { nameOf } from "../traveler/name.ts";
import { Action } from "../ui/Button.tsx";
import { Check } from "../ui/Field.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Fault, Notice } from "../ui/Notice.tsx";
import { useTravelerTexts } from "../words/travelers.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./WatchPage.module.css";

/** Has the seats held when the watch reaches its target: for whom, and whether that is awaited or done. */
export function AutoHold({ watch }: { watch: Watch }) {
  const { autoHold: words } = useTripTexts();
  const { data } = useAutoHold(watch.id);
  return (
    <>
      <p className={styles.next}>{words.note}</p>
      {watch.rules.target === null && <Notice>{words.noTarget}</Notice>}
      {data && data.state !== "off" && (
        <Notice tone="low">
          <p>{words[data.state]}</p>
          {data.booking && <Link href={`/trips/${data.booking}`}>{words.seeHeld}</Link>}
        </Notice>
      )}
      {data && watch.rules.target !== null && <Wish watch={watch} state={data.state} />}
    </>
  );
}

function Wish({ watch, state }: { watch: Watch; state: string }) {
  const { autoHold: words, book } = useTripTexts();
  const texts = useTravelerTexts();
  const format = useFormat();
  const { data, error, refetch } = useTravelers();
  const travelers = data?.items ?? [];
  const set = useSetAutoHold(watch.id);
  const end = useEndAutoHold(watch.id);
  const [chosen, choose] = useState<string[]>([]);
  const [accepted, accept] = useState(false);
  const toggle = (id: string, isOn: boolean) => choose(isOn ? [...chosen, id] : chosen.filter((each) => each !== id));
  const isOff = state === "off" || state === "held";
  return (
    <>
      {isOff && (
        <>
          <fieldset>
            <legend>{book.who}</legend>
            {error && !data && <Fault error={error} onRetry={() => void refetch()} />}
            {travelers.map(({ id, lacks, ...named }) => (
              <Check
                key={id}
                label={nameOf(named) || texts.nameless}
                checked={chosen.includes(id)}
                onChange={(isOn) => toggle(id, isOn)}
              >
                <Lacks of={{ lacks }} />
              </Check>
            ))}
            <Link href={`/account/travelers?back=${encodeURIComponent(`/watches/${watch.id}`)}`}>
              {book.addTraveler}
            </Link>
          </fieldset>
          <Check label={book.terms(format.longDay(termsVersion))} checked={accepted} onChange={accept} />
          <p className={styles.next}>{words.once}</p>
          <Action
            busy={set.isPending}
            disabled={!accepted || chosen.length === 0}
            onClick={() => set.mutate({ travelers: chosen, terms: termsVersion })}
          >
            {state === "held" ? words.again : words.start}
          </Action>
        </>
      )}
      {state !== "off" && (
        <Action busy={end.isPending} onClick={() => end.mutate()}>
          {words.stop}
        </Action>
      )}
      <FaultOf error={set.error ?? end.error} />
    </>
  );
}
