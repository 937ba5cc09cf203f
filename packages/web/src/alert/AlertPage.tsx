import { type FullAlert, useAlert } from "../data/alerts.ts";
import { SliceLine } from "../search/OfferCard.tsx";
import { Terms } from "../search/Terms.tsx";
import styles from "../ui/Detail.module.css";
import { Detail } from "../ui/Detail.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Price, SimulatedTag, Skeleton, Tag } from "../ui/Show.tsx";
import { useTitle } from "../ui/title.ts";
import { partyOf, routeOf } from "../watch/subject.ts";
import { useChannelTexts } from "../words/channels.ts";
import { useFormat, useWords } from "../words/words.tsx";
import own from "./AlertPage.module.css";
import { ToDo } from "./ToDo.tsx";

/** One alert: which flights it was about, whether it is still so, and what to do. */
export function AlertPage({ params: { id = "" } }: { params: { id?: string } }) {
  const { alerts } = useWords();
  useTitle(alerts.title);
  return (
    <Detail back="/alerts" title={alerts.title}>
      <Loaded id={id} />
    </Detail>
  );
}

function Loaded({ id }: { id: string }) {
  const { data: alert, error, isPending, refetch } = useAlert(id);
  if (isPending) return <Skeleton height={160} count={3} />;
  if (!alert) return <Fault error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Head of={alert} />
      <StillSo of={alert} />
      <Flights of={alert} />
      <ToDo of={alert} />
    </>
  );
}

function Head({ of: alert }: { of: FullAlert }) {
  const words = useWords();
  const { alert: texts } = useChannelTexts();
  const format = useFormat();
  const { departureDate, returnDate, previousPrice, confirmedAt } = alert;
  const days = [departureDate, returnDate].flatMap((day) => (day ? [format.day(day)] : [])).join(" – ");
  return (
    <header className={styles.head}>
      <h1>{routeOf(alert, alert)}</h1>
      <p>
        {days} · {partyOf(alert.watch, words)}
      </p>
      <p className={styles.line}>
        <Price of={alert.price} big />
        {previousPrice && previousPrice.amount !== alert.price.amount && (
          <span className={styles.small}>{words.alerts.was(format.money(previousPrice))}</span>
        )}
        {alert.mistakeFare && <Tag tone="typical">{words.alerts.mistake}</Tag>}
        {alert.simulated && <SimulatedTag />}
      </p>
      <dl className={own.facts}>
        <dt>{texts.rules}</dt>
        <dd>{format.list(alert.rules.map((rule) => words.ruleNames[rule]))}</dd>
        <dt>{texts.seen}</dt>
        <dd>{format.moment(alert.at)}</dd>
        <dt>{texts.confirmed}</dt>
        <dd>{confirmedAt ? format.moment(confirmedAt) : texts.notConfirmed}</dd>
      </dl>
    </header>
  );
}

function StillSo({ of: { now } }: { of: FullAlert }) {
  const { alerts: words } = useWords();
  const { alert: texts } = useChannelTexts();
  const format = useFormat();
  const { price, checkedAt, holds } = now;
  return (
    <section className={styles.card} aria-labelledby="now">
      <h2 id="now">{texts.now}</h2>
      {holds === null || !price ? (
        <p>{texts.unknown}</p>
      ) : (
        <p className={styles.line}>
          <Tag tone={holds ? "low" : "plain"}>
            {holds ? words.holds(format.money(price)) : words.over(format.money(price))}
          </Tag>
          {checkedAt && <span className={styles.small}>{words.checked(format.age(checkedAt))}</span>}
        </p>
      )}
    </section>
  );
}

function Flights({ of: alert }: { of: FullAlert }) {
  const { alert: texts } = useChannelTexts();
  const { offer: words } = useWords();
  const format = useFormat();
  const { offer } = alert;
  return (
    <section className={styles.card} aria-labelledby="flights">
      <h2 id="flights">{texts.flights}</h2>
      {offer ? (
        <>
          {offer.slices.map((slice) => (
            <div key={slice.departingAt + slice.origin}>
              <h3 className={styles.day}>{format.longDay(slice.departingAt.slice(0, 10))}</h3>
              <SliceLine slice={slice} names={alert} />
            </div>
          ))}
          <Terms of={offer} />
          {Date.parse(offer.expiresAt) > Date.now() && <p>{words.until(format.moment(offer.expiresAt))}</p>}
        </>
      ) : (
        <p>{texts.noOffer}</p>
      )}
    </section>
  );
}
