import { type ReactNode, useId } from "react";
import { type GivenRules, type Simulated, useSimulation } from "../data/watches.ts";
import { TriedPlot } from "../plot/TriedPlot.tsx";
import { Check } from "../ui/Field.tsx";
import { Notice, useFaultText } from "../ui/Notice.tsx";
import { useRested } from "../ui/rested.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./RulesEditor.module.css";
import { type Draft, isAnyOn, readAmount, rulesOf } from "./rules.ts";

/**
 * When to tell, and beside it what these rules would have done on the recorded prices. `children`, the button of the
 * form among them, stand above what comes with an answer: it must not move under a finger that presses it.
 */
export function RulesEditor({
  draft,
  onChange,
  subject,
  currency,
  range,
  fault,
  children,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** The watch without its rules, as the API takes it; null where nothing can be tried. */
  subject: Record<string, unknown> | null;
  currency: string;
  /** The least and the greatest price that the slider offers. */
  range: [number, number] | null;
  fault?: string | undefined;
  children: ReactNode;
}) {
  const { rules: words } = useWords();
  const format = useFormat();
  const change = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const id = useId();
  const rules = rulesOf(draft);
  const rested = useRested(JSON.stringify(rules), pause);
  const tried = useSimulation(
    subject && isAnyOn(draft) ? { ...subject, currency } : null,
    JSON.parse(rested) as GivenRules,
  );
  return (
    <div className={styles.editor}>
      <div className={styles.chosen}>
        <fieldset className={styles.rules}>
          <legend className={styles.legend}>{words.title}</legend>
          <Check label={words.target} checked={draft.useTarget} onChange={(useTarget) => change({ useTarget })}>
            {draft.useTarget && (
              <div className={styles.target}>
                <label htmlFor={id} className="hidden">
                  {words.targetLabel}
                </label>
                <input
                  id={id}
                  className={styles.amount}
                  inputMode="decimal"
                  autoComplete="off"
                  value={draft.target}
                  aria-invalid={fault ? true : undefined}
                  onChange={(event) => change({ target: readAmount(event.currentTarget.value) })}
                />
                <span>{currency}</span>
                {range && (
                  <input
                    type="range"
                    className={styles.slider}
                    aria-label={words.targetLabel}
                    min={range[0]}
                    max={range[1]}
                    value={Number(draft.target) || range[0]}
                    aria-valuetext={draft.target === "" ? "" : format.money({ amount: draft.target, currency })}
                    onChange={(event) => change({ target: event.currentTarget.value })}
                  />
                )}
              </div>
            )}
          </Check>
          <Check label={words.drop} checked={draft.useDrop} onChange={(useDrop) => change({ useDrop })}>
            {draft.useDrop && (
              <label className={styles.drop}>
                <span>{words.dropLabel}</span>
                <select value={draft.drop} onChange={(event) => change({ drop: Number(event.currentTarget.value) })}>
                  {[...new Set([5, 10, 15, 20, 30, 50, draft.drop])]
                    .sort((a, b) => a - b)
                    .map((percent) => (
                      <option key={percent} value={percent}>
                        {format.percent(percent / 100)}
                      </option>
                    ))}
                </select>
              </label>
            )}
          </Check>
          <Check label={words.newLow} checked={draft.newLow} onChange={(newLow) => change({ newLow })} />
          <Check label={words.routeLow} checked={draft.routeLow} onChange={(routeLow) => change({ routeLow })} />
          {fault && <Notice tone="high">{fault}</Notice>}
          {!isAnyOn(draft) && <Notice tone="typical">{words.none}</Notice>}
        </fieldset>
        {children}
      </div>
      {subject && (
        <Tried
          result={tried.data}
          error={tried.error}
          currency={currency}
          target={draft.useTarget ? draft.target : ""}
        />
      )}
    </div>
  );
}

function Tried({
  result,
  error,
  currency,
  target,
}: {
  result: Simulated | undefined;
  error: Error | null;
  currency: string;
  /** The wanted amount as it is typed; empty where none is wanted. */
  target: string;
}) {
  const { rules: words, ruleNames } = useWords();
  const format = useFormat();
  const faultText = useFaultText();
  return (
    <section className={styles.past} aria-label={words.past}>
      <h3>{words.past}</h3>
      <div role="status">{error ? <p>{faultText(error)}</p> : result && <p>{sumUp(result, words, format)}</p>}</div>
      {result && result.days.length > 0 && (
        <TriedPlot
          result={result}
          currency={currency}
          target={Number(target) > 0 ? { amount: target, currency } : null}
        />
      )}
      {result && result.alerts.length > 0 && (
        <ol className={styles.told}>
          {result.alerts
            .slice(-5)
            .reverse()
            .map((alert) => (
              <li key={alert.at}>
                <time dateTime={alert.at}>{format.shortDay(format.dayOf(alert.at))}</time>
                <strong>{format.money(alert.price)}</strong>
                <span>{alert.rules.map((rule) => ruleNames[rule]).join(", ")}</span>
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}

function sumUp(
  { alerts, sample }: Simulated,
  words: ReturnType<typeof useWords>["rules"],
  format: ReturnType<typeof useFormat>,
): string {
  if (sample.of === "nothing" || sample.of === "wishes" || sample.checks === 0) return words.nothing;
  if (alerts.length === 0) return words.never;
  const best = alerts.reduce((least, each) => (Number(each.price.amount) < Number(least.price.amount) ? each : least));
  return words.times(alerts.length, sample.days, format.money(best.price));
}

/** The rules are tried when they have not changed for a moment (ms). */
const pause = 200;
