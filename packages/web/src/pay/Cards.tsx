import { useState } from "react";
import { Link, useSearch } from "wouter";
import { backOf } from "../account/back.ts";
import styles from "../account/Form.module.css";
import { Frame } from "../account/Frame.tsx";
import { type PaymentMethod, useDefaultCard, usePaymentMethods, useRemoveCard } from "../data/payments.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Skeleton, Tag } from "../ui/Show.tsx";
import { usePayTexts } from "../words/pay.ts";
import { useSettings } from "../words/settings.ts";
import { cardHref } from "./link.ts";
import pay from "./Pay.module.css";

const here = "/account/payment-methods";

/** How many cards a person may have. */
const most = 10;

export function Cards() {
  return <Frame part="payment-methods">{(me) => <List isProven={me.emailVerified} />}</Frame>;
}

function List({ isProven }: { isProven: boolean }) {
  const words = usePayTexts();
  const { security } = useSettings();
  const given = backOf(useSearch());
  const { data: cards, error, isPending, refetch } = usePaymentMethods();
  if (isPending) return <Skeleton height={72} count={2} />;
  if (!cards) return <Fault error={error} onRetry={() => void refetch()} />;
  const mayAdd = isProven && cards.length < most;
  return (
    <section className={styles.card} aria-label={words.title}>
      <p className={styles.note}>{words.note}</p>
      {cards.length === 0 ? (
        <Empty title={words.none}>
          <p>{words.noneNote}</p>
        </Empty>
      ) : (
        <ul className={styles.lines}>
          {cards.map((card) => (
            <Row key={card.id} of={card} />
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        {mayAdd && (
          <Link href={cardHref(given === "/" ? here : given)} className={pay.main}>
            {words.add}
          </Link>
        )}
        {given !== "/" && (
          <Link href={given} className={styles.target}>
            {words.goOn}
          </Link>
        )}
      </div>
      {!isProven && <p>{security.unproven}</p>}
      {cards.length >= most && <p>{words.full}</p>}
    </section>
  );
}

function Row({ of: card }: { of: PaymentMethod }) {
  const words = usePayTexts();
  const settings = useSettings();
  const [isAsking, setAsking] = useState(false);
  const change = useDefaultCard(card.id);
  const remove = useRemoveCard(card.id);
  const { id, brand, lastFour, expires, expired, isDefault } = card;
  const name = words.name(brand, lastFour);
  const end = words.ends(String(expires.month).padStart(2, "0"), String(expires.year));
  return (
    <li data-card={id}>
      <div className={styles.about}>
        <div className={styles.name}>
          {name}
          {isDefault && <Tag tone="accent">{words.isDefault}</Tag>}
          {expired && <Tag tone="high">{words.expired}</Tag>}
        </div>
        <div className={styles.small}>{expired ? words.ended(end) : words.until(end)}</div>
        {expired && <p>{words.expiredNote}</p>}
      </div>
      <div className={styles.actions}>
        {!isDefault && !expired && (
          <Action
            busy={change.isPending}
            onClick={() => change.mutate(undefined)}
            aria-label={`${words.makeDefault}: ${name}`}
          >
            {words.makeDefault}
          </Action>
        )}
        <Button kind="danger" onClick={() => setAsking(true)} aria-label={`${settings.remove}: ${name}`}>
          {settings.remove}
        </Button>
      </div>
      <FaultOf error={change.error} />
      {isAsking && (
        <Ask
          title={words.removeAsk(name)}
          go={settings.remove}
          busy={remove.isPending}
          error={remove.error}
          onClose={() => setAsking(false)}
          onGo={() => remove.mutate(undefined)}
        >
          <p>{words.removeNote}</p>
        </Ask>
      )}
    </li>
  );
}
