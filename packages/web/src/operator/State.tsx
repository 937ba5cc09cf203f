import { Link } from "wouter";
import { useDeliveries } from "../data/deliveries.ts";
import { type Overview, useHealth, useOverview, useProviders } from "../data/operator.ts";
import { Moment, Tag } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat } from "../words/words.tsx";
import { Counts } from "./Deliveries.tsx";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";
import { Budget } from "./Providers.tsx";

/** All that an operator looks at first. */
export function State() {
  return (
    <Frame part="state">
      <Parts />
    </Frame>
  );
}

function Parts() {
  const { operator } = useSettings();
  const { state: words } = operator;
  const overview = useOverview();
  const deliveries = useDeliveries({ status: "failed", channel: "" });
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <h2>{words.health}</h2>
      <HealthOf />
      <h2>{words.queues}</h2>
      <Answer of={overview}>{({ queues }) => <Queues of={queues} />}</Answer>
      <h2>
        <Link href="/operator/providers">{operator.parts.providers}</Link>
      </h2>
      <ProvidersOf />
      <h2>
        <Link href="/operator/deliveries">{operator.parts.deliveries}</Link>
      </h2>
      <Answer of={deliveries}>{({ pages: [page] }) => page && <Counts of={page.counts} />}</Answer>
      <h2>{words.events}</h2>
      <Answer of={overview}>{({ events }) => <Events of={events} />}</Answer>
    </>
  );
}

function HealthOf() {
  const { operator } = useSettings();
  const { state: words } = operator;
  return (
    <Answer of={useHealth()}>
      {({ mail }) => (
        <p>
          <Tag tone="low">{words.answers}</Tag>{" "}
          <Tag tone={mail === "sandbox" ? "high" : "plain"}>{words.mail[mail ?? "unknown"]}</Tag>
        </p>
      )}
    </Answer>
  );
}

/** From this many seconds on what waits is marked: the alarms ring soon. */
const long = 600;

function Queues({ of: queues }: { of: Overview["queues"] }) {
  const { operator } = useSettings();
  const { state: words, deliveries } = operator;
  const format = useFormat();
  return (
    <Table label={words.queues} heads={[words.queue, words.waiting, words.oldest]}>
      {queues.map(({ name, waiting, oldestDueSeconds }) => (
        <tr key={name}>
          <th scope="row">{words.names[name]}</th>
          <td>{waiting >= 10_000 ? words.many(format.number(waiting)) : format.number(waiting)}</td>
          <td>
            {oldestDueSeconds === null ? (
              "–"
            ) : (
              <Tag tone={oldestDueSeconds >= long ? "high" : "plain"}>
                {deliveries.seconds(format.number(oldestDueSeconds))}
              </Tag>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function ProvidersOf() {
  const { operator } = useSettings();
  const { providers: words, parts } = operator;
  return (
    <Answer of={useProviders()}>
      {({ items }) => (
        <Table label={parts.providers} heads={[words.name, words.state, words.budget, words.failed]}>
          {items.map((provider) => (
            <tr key={provider.name}>
              <th scope="row">{provider.name}</th>
              <td>
                <Tag tone={provider.enabled ? "low" : "plain"}>{provider.enabled ? words.on : words.off}</Tag>{" "}
                <Tag tone={provider.breaker === "open" ? "high" : "plain"}>{words.breaker[provider.breaker]}</Tag>
              </td>
              <td>
                <Budget of={provider} />
              </td>
              <td>{provider.lastFailureAt ? <Moment at={provider.lastFailureAt} /> : words.never}</td>
            </tr>
          ))}
        </Table>
      )}
    </Answer>
  );
}

/** Events by the names that the log of an account has. */
function Events({ of: events }: { of: Overview["events"] }) {
  const { operator } = useSettings();
  const { state: words } = operator;
  const format = useFormat();
  return (
    <Table label={words.events} heads={[words.event, words.lastDay, words.weekBefore]}>
      {events.map(({ name, lastDay, weekBefore }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>{format.number(lastDay)}</td>
          <td>{format.number(Math.round(weekBefore / 7))}</td>
        </tr>
      ))}
    </Table>
  );
}
