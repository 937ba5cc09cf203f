import { Link } from "wouter";
import type { PaymentMethod } from "../data/payments.ts";
import { cardHref } from "../pay/link.ts";
import { useTripTexts } from "../words/trips.ts";
import styles from "./Book.module.css";

/** The cards of a person, of which one pays. */
export function CardChoice({
  cards,
  chosen,
  onChoose,
  back,
}: {
  cards: PaymentMethod[];
  chosen: string | null;
  onChoose: (id: string) => void;
  back: string;
}) {
  const { book: words } = useTripTexts();
  return (
    <fieldset className={styles.choices}>
      <legend>{words.how}</legend>
      {cards.length === 0 && <p>{words.noCards}</p>}
      {cards.map(({ id, brand, lastFour, expired }) => (
        <label key={id} className={styles.choice}>
          <input type="radio" name="card" checked={chosen === id} disabled={expired} onChange={() => onChoose(id)} />
          <span>
            {words.card(brand, lastFour)}
            {expired && ` (${words.expired})`}
          </span>
        </label>
      ))}
      <Link href={cardHref(back)}>{words.addCard}</Link>
    </fieldset>
  );
}
