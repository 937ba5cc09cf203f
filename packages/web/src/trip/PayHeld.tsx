import { useState } from "react";
import { Failed } from "../api/http.ts";
import { CardChoice } from "../book/CardChoice.tsx";
import { type Booking, usePay } from "../data/bookings.ts";
import { usePaymentMethods } from "../data/payments.ts";
import { Action } from "../ui/Button.tsx";
import styles from "../ui/Detail.module.css";
import { FaultOf } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import type { Money } from "../words/format.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";

/** Pays for held seats, at the price that is shown; another price is shown before it is paid. */
export function PayHeld({ booking }: { booking: Booking }) {
  const words = useTripTexts();
  const format = useFormat();
  const { data: cards = [] } = usePaymentMethods();
  const [chosen, choose] = useState<string | null>(null);
  const pay = usePay(booking.id);
  const now =
    pay.error instanceof Failed && pay.error.code === "booking.price" ? (pay.error.problem?.total as Money) : null;
  const price = now ?? booking.total;
  const card = chosen ?? cards.find(({ isDefault, expired }) => isDefault && !expired)?.id ?? null;
  return (
    <div className={styles.head}>
      <h2>{words.payTitle}</h2>
      <CardChoice cards={cards} chosen={card} onChoose={choose} back={`/trips/${booking.id}`} />
      {now ? <Notice tone="typical">{words.newPrice(format.money(now))}</Notice> : <FaultOf error={pay.error} />}
      {card && (
        <div>
          <Action kind="main" busy={pay.isPending} onClick={() => pay.mutate({ paymentMethod: card, price })}>
            {words.pay(format.money(price))}
          </Action>
        </div>
      )}
    </div>
  );
}
