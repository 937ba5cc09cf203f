import type { Offer } from "../data/flights.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Terms.module.css";

/** What may be given back or changed, and the bags that are included. */
export function Terms({ of: { conditions, bags } }: { of: Pick<Offer, "conditions" | "bags"> }) {
  const { offer: words } = useWords();
  const format = useFormat();
  const said = (term: Offer["conditions"]["refund"]) => {
    if (term === null) return words.unknown;
    if (!term.allowed) return words.no;
    return term.penalty && Number(term.penalty.amount) > 0 ? words.fee(format.money(term.penalty)) : words.free;
  };
  return (
    <dl className={styles.terms}>
      <dt>{words.refund}</dt>
      <dd>{said(conditions.refund)}</dd>
      <dt>{words.change}</dt>
      <dd>{said(conditions.change)}</dd>
      <dt>{words.carryOn}</dt>
      <dd>{bags ? format.number(bags.carryOn) : words.unknown}</dd>
      <dt>{words.checked}</dt>
      <dd>{bags ? format.number(bags.checked) : words.unknown}</dd>
    </dl>
  );
}
