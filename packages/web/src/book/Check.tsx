import { Link, useLocation } from "wouter";
import { Failed } from "../api/http.ts";
import { useBook } from "../data/bookings.ts";
import type { Offer } from "../data/flights.ts";
import { usePaymentMethods } from "../data/payments.ts";
import { useTravelers } from "../data/travelers.ts";
import { termsVersion } from "../legal/version.ts";
import { Action, Button } from "../ui/Button.tsx";
import { Check as CheckBox } from "../ui/Field.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Price } from "../ui/Show.tsx";
import type { Money } from "../words/format.ts";
import { useTripTexts } from "../words/trips.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Book.module.css";
import { atOtherPrice, forgetDraft, keepDraft } from "./draft.ts";
import type { StepProps } from "./step.ts";

/** The last look before the money is asked for. */
export function Check({ offer, draft, change }: StepProps) {
  const { book: words } = useTripTexts();
  const format = useFormat();
  const [, go] = useLocation();
  const travelers = useTravelers().data?.items ?? [];
  const { data: cards = [] } = usePaymentMethods();
  const book = useBook();
  const card = cards.find(({ id }) => id === draft.paymentMethod);
  const { hold, again, key, travelers: ids, paymentMethod } = draft;
  const start = () =>
    book.mutate(
      { offer: offer.id, travelers: ids, paymentMethod, hold, again, terms: termsVersion, key },
      {
        onSuccess: ({ id }) => {
          forgetDraft();
          go(`/trips/${id}`, { replace: true });
        },
      },
    );
  return (
    <section className={styles.card}>
      <h2>{words.check}</h2>
      <p className={styles.total}>
        <Price of={offer.total} big />
      </p>
      <ul>
        {travelers
          .filter(({ id }) => ids.includes(id))
          .map(({ id, givenName, familyName }) => (
            <li key={id}>
              {givenName} {familyName}
            </li>
          ))}
      </ul>
      <p>{hold ? words.hold : card && words.card(card.brand, card.lastFour)}</p>
      <p className={styles.small}>{words.names}</p>
      <CheckBox
        label={words.terms(format.longDay(termsVersion))}
        checked={draft.accepted}
        onChange={(accepted) => change({ accepted })}
      >
        <Link href="/terms">{words.readTerms}</Link>
      </CheckBox>
      <Refusal error={book.error} draft={draft} change={change} />
      <div>
        <Action kind="main" disabled={!draft.accepted} busy={book.isPending} onClick={start}>
          {hold ? words.goHold : words.go(format.money(offer.total))}
        </Action>
      </div>
    </section>
  );
}

/** What stands in the way, and what can be done: another price, other flights, or the same flights twice. */
function Refusal({ error, draft, change }: { error: unknown } & Pick<StepProps, "draft" | "change">) {
  const { book: words } = useTripTexts();
  const format = useFormat();
  const [, go] = useLocation();
  if (!(error instanceof Failed) || !error.problem) return <FaultOf error={error} />;
  const { code, problem } = error;
  if (code === "booking.price") {
    const { offer, total, previousTotal } = problem as unknown as { offer: string; total: Money; previousTotal: Money };
    const take = () => {
      keepDraft(offer, atOtherPrice(draft, total.amount));
      go(`/book/${offer}`, { replace: true });
    };
    return (
      <Notice tone="typical">
        <p>{words.otherPrice(format.money(previousTotal), format.money(total))}</p>
        <Button onClick={take}>{words.takePrice(format.money(total))}</Button>
      </Notice>
    );
  }
  if (code === "booking.gone") {
    const { similar = [] } = problem as unknown as { similar?: Offer[] };
    return (
      <Notice tone="high">
        <p>{words.gone}</p>
        {similar.length > 0 && <p>{words.similar}</p>}
        <ul>
          {similar.map(({ id, total, slices }) => (
            <li key={id}>
              <Link href={`/book/${id}`}>
                {slices.map(({ departingAt }) => format.clock(departingAt)).join(", ")} · {format.money(total)}
              </Link>
            </li>
          ))}
        </ul>
      </Notice>
    );
  }
  if (code === "booking.duplicate")
    return (
      <Notice tone="typical">
        <CheckBox label={words.again} checked={draft.again} onChange={(again) => change({ again })}>
          <p>{words.twin}</p>
        </CheckBox>
      </Notice>
    );
  if (code === "booking.unproven") return <Notice tone="typical">{words.unproven}</Notice>;
  const said = problem.errors?.map(({ detail }) => detail) ?? [];
  return (
    <>
      <FaultOf error={error} />
      {said.length > 0 && (
        <ul>
          {said.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </>
  );
}
