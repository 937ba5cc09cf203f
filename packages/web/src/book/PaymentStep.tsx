import { usePaymentMethods } from "../data/payments.ts";
import { Button } from "../ui/Button.tsx";
import { Check } from "../ui/Field.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Book.module.css";
import { CardChoice } from "./CardChoice.tsx";
import type { StepProps } from "./step.ts";

/** How it is paid: by a card now, or later where the airline holds the seats. */
export function PaymentStep({ offer, draft, change, next }: StepProps) {
  const { book: words } = useTripTexts();
  const format = useFormat();
  const { data: cards, error, isPending, refetch } = usePaymentMethods();
  if (isPending) return <Skeleton height={160} />;
  if (!cards) return <Fault error={error} onRetry={() => void refetch()} />;
  const { instant, payBy } = offer.payment;
  const chosen = draft.paymentMethod ?? cards.find(({ isDefault, expired }) => isDefault && !expired)?.id ?? null;
  const goOn = () => {
    change({ paymentMethod: draft.hold ? null : chosen, step: draft.step + 1 });
  };
  return (
    <section className={styles.card}>
      {!instant && payBy && (
        <Check label={words.hold} checked={draft.hold} onChange={(hold) => change({ hold })}>
          <p className={styles.small}>{words.holdNote(format.moment(payBy))}</p>
        </Check>
      )}
      {!draft.hold && (
        <CardChoice
          cards={cards}
          chosen={chosen}
          onChoose={(paymentMethod) => change({ paymentMethod })}
          back={`/book/${offer.id}`}
        />
      )}
      <div>
        <Button kind="main" disabled={!draft.hold && chosen === null} onClick={draft.hold || chosen ? goOn : next}>
          {words.next}
        </Button>
      </div>
    </section>
  );
}
