import { useState } from "react";
import { type Delivery, type DeliveryCounts, useDeliveries, useReplay } from "../data/deliveries.ts";
import { Action } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { More } from "../ui/More.tsx";
import { Empty, useFaultText } from "../ui/Notice.tsx";
import { Moment, Tag } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";

export function Deliveries() {
  return (
    <Frame part="deliveries">
      <List />
    </Frame>
  );
}

const channels = ["email", "webhook", "push", "ntfy", "slack", "discord", "telegram"];

function List() {
  const { operator } = useSettings();
  const { deliveries: words } = operator;
  const [status, setStatus] = useState("failed");
  const [channel, setChannel] = useState("");
  const deliveries = useDeliveries({ status, channel });
  const heads = [words.kind, words.channel, words.state, words.failure, words.attempts, words.made, words.next];
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <div className={styles.fields}>
        <Select
          label={words.state}
          value={status}
          options={[
            ["failed", words.failed],
            ["pending", words.pending],
            ["", words.both],
          ]}
          onChange={setStatus}
        />
        <Select
          label={words.channel}
          value={channel}
          options={[["", words.all], ...channels.map((each): [string, string] => [each, each])]}
          onChange={setChannel}
        />
      </div>
      <Answer of={deliveries}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return (
            <>
              {pages[0] && <Counts of={pages[0].counts} />}
              {items.length === 0 ? (
                <Empty title={words.none} />
              ) : (
                <Table label={operator.parts.deliveries} heads={heads}>
                  {items.map((delivery) => (
                    <Row key={delivery.id} of={delivery} />
                  ))}
                </Table>
              )}
              <More of={deliveries} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

export function Counts({ of: { pending, oldestDueSeconds, failed, mail } }: { of: DeliveryCounts }) {
  const { operator } = useSettings();
  const { deliveries: words } = operator;
  const format = useFormat();
  const rate = (count: number, share: number | null) =>
    share === null ? format.number(count) : `${format.number(count)} (${format.finePercent(share)})`;
  const counts = [
    [words.waiting, format.number(pending)],
    [words.oldest, oldestDueSeconds === null ? words.noneDue : words.seconds(format.number(oldestDueSeconds))],
    [words.failedOfDay, format.number(failed)],
    [words.letters, format.number(mail.sent)],
    [words.bounced, rate(mail.bounced, mail.bounceRate)],
    [words.complained, rate(mail.complained, mail.complaintRate)],
  ];
  return (
    <dl className={styles.counts}>
      {counts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Row({ of: delivery }: { of: Delivery }) {
  const { operator } = useSettings();
  const { deliveries: words } = operator;
  const format = useFormat();
  const hasFailed = delivery.status === "failed";
  return (
    <tr>
      <th scope="row">
        {delivery.kind}
        <div className={styles.small}>{delivery.id}</div>
      </th>
      <td>{delivery.channel}</td>
      <td>
        <Tag tone={hasFailed ? "high" : "plain"}>{hasFailed ? words.failed : words.pending}</Tag>
        {hasFailed && delivery.channel === "webhook" && <Replay id={delivery.id} />}
      </td>
      <td>{delivery.failure ?? "–"}</td>
      <td>{format.number(delivery.attempts)}</td>
      <td>
        <Moment at={delivery.createdAt} />
      </td>
      <td>
        <Moment at={delivery.settledAt ?? delivery.dueAt} />
      </td>
    </tr>
  );
}

/** Words are kept of messages to webhooks alone: others cannot be sent again. */
function Replay({ id }: { id: string }) {
  const { operator } = useSettings();
  const { deliveries: words } = operator;
  const replay = useReplay(id);
  const faultText = useFaultText();
  return (
    <div>
      <Action
        kind="quiet"
        aria-label={`${words.replay}: ${id}`}
        busy={replay.isPending}
        onClick={() => replay.mutate()}
      >
        {words.replay}
      </Action>
      {replay.error && (
        <p role="alert" className={styles.small}>
          {faultText(replay.error)}
        </p>
      )}
    </div>
  );
}
