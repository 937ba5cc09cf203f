import { useEffect, useState } from "react";
import { useChangeWatch, type Watch } from "../data/watches.ts";
import { Action } from "../ui/Button.tsx";
import { useFieldFault } from "../ui/faults.tsx";
import { Fault } from "../ui/Notice.tsx";
import { useWords } from "../words/words.tsx";
import { RulesEditor } from "./RulesEditor.tsx";
import { draftOf, isAnyOn, isSame, rulesOf } from "./rules.ts";
import styles from "./WatchPage.module.css";

/** The rules of a watch, to be changed and tried on its own past. */
export function ChangeRules({ watch }: { watch: Watch }) {
  const words = useWords();
  const now = Math.floor(Number(watch.currentPrice?.amount ?? watch.lowestPrice?.amount ?? 0));
  const kept = draftOf(watch.rules, now > 0 ? String(Math.floor(now * 0.9)) : "");
  const [draft, setDraft] = useState(kept);
  const [start, setStart] = useState(rulesOf(kept));
  // What the present rules did stands in the plot: nothing is tried before one of them is at hand.
  const [isAtHand, setAtHand] = useState(false);
  const change = useChangeWatch(watch.id);
  const isChanged = !isSame(rulesOf(draft), rulesOf(kept));
  const hasMoved = !isSame(rulesOf(kept), start);
  useEffect(() => {
    if (!hasMoved) return;
    // The rules were changed elsewhere, or here and saved. What was not touched follows them.
    setStart(rulesOf(kept));
    if (isSame(rulesOf(draft), start)) setDraft(kept);
  }, [hasMoved]);
  const fault = useFieldFault(change.error)("rules.target");
  return (
    <form
      className={styles.change}
      onFocus={() => setAtHand(true)}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ body: { rules: rulesOf(draft) } });
      }}
    >
      <RulesEditor
        draft={draft}
        onChange={setDraft}
        subject={isAtHand ? subjectOf(watch) : null}
        currency={watch.currency}
        range={now > 0 ? [Math.floor(now * 0.4), Math.ceil(now * 1.2)] : null}
        fault={fault}
      >
        {change.error && !fault && <Fault error={change.error} />}
        <p role="status">{change.isSuccess && !isChanged && words.saved}</p>
        <Action kind="main" type="submit" disabled={!isChanged || !isAnyOn(draft)} busy={change.isPending}>
          {words.save}
        </Action>
      </RulesEditor>
    </form>
  );
}

/** What is watched, as it is asked for: only what is given. */
function subjectOf(watch: Watch): Record<string, unknown> {
  const names = [
    "origin",
    "destination",
    "departureDate",
    "returnDate",
    "departureFrom",
    "departureTo",
    "stayNights",
    "weekendsIn",
    "adults",
    "childAges",
    "infants",
    "cabin",
    "maxStops",
    "airlines",
    "excludeAirlines",
    "bags",
    "refundable",
    "flights",
    "maxDuration",
    "departAfter",
    "departBefore",
    "arriveAfter",
    "arriveBefore",
    "returnDepartAfter",
    "returnDepartBefore",
    "returnArriveAfter",
    "returnArriveBefore",
  ] as const;
  return Object.fromEntries(names.flatMap((name) => (watch[name] === null ? [] : [[name, watch[name]]])));
}
