import { type Factors, useRequireFactor } from "../data/factors.ts";
import { Action } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Tag } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import styles from "./Form.module.css";

/** Whether trips, travelers, cards and exports require a second factor. */
export function Required({ factors, isProven }: { factors: Factors; isProven: boolean }) {
  const { security: words } = useSettings();
  const change = useRequireFactor();
  const { required, passkeys, totp } = factors;
  const hasFactor = passkeys.length > 0 || totp !== null;
  return (
    <section className={styles.card} aria-labelledby="required">
      <h2 id="required">{words.required}</h2>
      <p className={styles.note}>{words.requiredNote}</p>
      <div role="status">
        <Tag tone={required ? "low" : "plain"}>{required ? words.requiredOn : words.requiredOff}</Tag>
      </div>
      {!hasFactor && <p>{words.requireNone}</p>}
      {hasFactor && !isProven && <p>{words.unproven}</p>}
      <FaultOf error={change.error} />
      {hasFactor && isProven && (
        <div className={styles.actions}>
          <Action kind={required ? "danger" : "plain"} busy={change.isPending} onClick={() => change.mutate(!required)}>
            {required ? words.switchOff : words.require}
          </Action>
        </div>
      )}
    </section>
  );
}
