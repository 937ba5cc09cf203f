import { Link, useLocation, useSearch } from "wouter";
import { type Alert, useAlerts, useMarkAllRead, useMarkRead } from "../data/alerts.ts";
import { type Names, namesIn } from "../data/names.ts";
import { useUnread } from "../data/unread.ts";
import { Action } from "../ui/Button.tsx";
import { Check } from "../ui/Field.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { More } from "../ui/More.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Moment, Price, SimulatedTag, Skeleton, Tag } from "../ui/Show.tsx";
import { SignedIn } from "../ui/SignedIn.tsx";
import { useTitle } from "../ui/title.ts";
import { daysOf, partyOf, routeOf } from "../watch/subject.ts";
import type { Format } from "../words/format.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Alerts.module.css";

export function Alerts() {
  const { alerts: words } = useWords();
  useTitle(words.title);
  return (
    <div className={styles.page}>
      <h1>{words.title}</h1>
      <SignedIn>
        <Inbox />
      </SignedIn>
    </div>
  );
}

function Inbox() {
  const { alerts: words } = useWords();
  const [, go] = useLocation();
  const onlyUnread = new URLSearchParams(useSearch()).get("unread") === "true";
  const unread = useUnread();
  const alerts = useAlerts(onlyUnread);
  const { data, error, isPending, refetch } = alerts;
  const markAll = useMarkAllRead();
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const names = namesIn(data?.pages);
  const filter = (isOn: boolean) => go(isOn ? "/alerts?unread=true" : "/alerts", { replace: true });
  const newest = items
    .map(({ createdAt }) => createdAt)
    .sort()
    .at(-1);
  return (
    <>
      <div className={styles.bar}>
        <Check label={words.onlyUnread} checked={onlyUnread} onChange={filter} />
        {unread > 0 && newest && (
          <Action busy={markAll.isPending} onClick={() => markAll.mutate(newest)}>
            {words.markAll}
          </Action>
        )}
      </div>
      <FaultOf error={markAll.error} />
      {isPending && <Skeleton height={96} count={4} />}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      {data && items.length === 0 && (
        <Empty title={words.empty}>
          <p>{words.emptyHint}</p>
        </Empty>
      )}
      <ol className={styles.list}>
        {items.map((alert) => (
          <li key={alert.id}>
            <Row alert={alert} names={names} />
          </li>
        ))}
      </ol>
      <More of={alerts} />
    </>
  );
}

function Row({ alert, names }: { alert: Alert; names: Names }) {
  const words = useWords();
  const format = useFormat();
  const markRead = useMarkRead();
  const isUnread = alert.readAt === null;
  const { price, checkedAt, holds } = alert.now;
  const { departureDate, returnDate } = alert.watch;
  const isOne = departureDate === alert.departureDate && returnDate === alert.returnDate;
  const read = () => {
    if (isUnread) markRead.mutate(alert.id);
  };
  return (
    <article className={`${styles.row} ${isUnread ? styles.unread : ""}`}>
      <div className={styles.what}>
        <h2 className={styles.route}>
          {isUnread && <span className="hidden">{words.alerts.unread}: </span>}
          <Link href={`/alerts/${alert.id}`}>{routeOf(alert.watch, names)}</Link>
        </h2>
        <p>
          {isOne ? daysOf(alert.watch, words, format) : journeyOf(alert, format)} · {partyOf(alert.watch, words)}
        </p>
        <p className={styles.small}>
          <Moment at={alert.at} /> · {format.list(alert.rules.map((rule) => words.ruleNames[rule]))}
        </p>
      </div>
      <div className={styles.price}>
        <Price of={alert.price} big />
        {alert.previousPrice && alert.previousPrice.amount !== alert.price.amount && (
          <span className={styles.small}>{words.alerts.was(format.money(alert.previousPrice))}</span>
        )}
        {holds !== null && price && (
          <>
            <Tag tone={holds ? "low" : "plain"}>
              {holds ? words.alerts.holds(format.money(price)) : words.alerts.over(format.money(price))}
            </Tag>
            {checkedAt && <span className={styles.small}>{words.alerts.checked(format.age(checkedAt))}</span>}
          </>
        )}
        {alert.mistakeFare && <Tag tone="typical">{words.alerts.mistake}</Tag>}
        {alert.simulated && <SimulatedTag />}
      </div>
      <p className={styles.links}>
        <Link href={`/watches/${alert.watchId}`} onClick={read}>
          {words.alerts.open}
        </Link>
        <Link href={`/watches/${alert.watchId}/why?at=${encodeURIComponent(alert.at)}`} onClick={read}>
          {words.alerts.why}
        </Link>
      </p>
    </article>
  );
}

/** Of a watch of several places or days, the journey whose price it was: `STN – BGY, Sat 1 Aug`. */
function journeyOf({ origin, destination, departureDate, returnDate }: Alert, format: Format): string {
  const days = [departureDate, returnDate].flatMap((day) => (day ? [format.day(day)] : [])).join(" – ");
  return `${origin} – ${destination}, ${days}`;
}
