import { useState } from "react";
import { Link } from "wouter";
import styles from "../account/Form.module.css";
import { Frame } from "../account/Frame.tsx";
import { type Channel, type Try, useChannel, useReplay, useTestChannel, useTries } from "../data/channels.ts";
import { Action } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { FaultOf, useFaults } from "../ui/faults.tsx";
import { More } from "../ui/More.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Moment, Skeleton, Tag } from "../ui/Show.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { useFormat } from "../words/words.tsx";
import log from "./Log.module.css";
import { nameOf } from "./state.ts";

/** What a webhook answered, and its messages sent again. */
export function Log({ params: { id = "" } }: { params: { id?: string } }) {
  return <Frame part="channels">{() => <Loaded id={id} />}</Frame>;
}

function Loaded({ id }: { id: string }) {
  const { data: channel, error, isPending, refetch } = useChannel(id);
  const { ofWatch } = useChannelTexts();
  if (isPending) return <Skeleton height={96} count={3} />;
  if (!channel) return <Fault error={error} onRetry={() => void refetch()} />;
  return (
    <div className={styles.page}>
      <Link href="/account/channels">‹ {ofWatch.manage}</Link>
      <Tries of={channel} />
      {channel.status === "on" && <SpanAgain of={channel} />}
    </div>
  );
}

function Tries({ of: channel }: { of: Channel }) {
  const words = useChannelTexts();
  const { tries: texts } = words;
  const tries = useTries(channel.id);
  const test = useTestChannel(channel.id);
  const { data, error, isPending, refetch } = tries;
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <section className={styles.card} aria-labelledby="tries">
      <h2 id="tries">{texts.title(nameOf(channel, words))}</h2>
      <p className={styles.note}>{texts.note}</p>
      {isPending && <Skeleton height={72} count={3} />}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      {items?.length === 0 && (
        <Empty title={texts.none}>
          <p>{texts.noneNote}</p>
        </Empty>
      )}
      {items && items.length > 0 && (
        <ol className={styles.lines}>
          {items.map((each) => (
            <Line key={each.id} of={each} channel={channel} />
          ))}
        </ol>
      )}
      <div className={styles.actions}>
        {channel.status === "on" && (
          <Action busy={test.isPending} onClick={() => test.mutate(undefined)}>
            {words.test}
          </Action>
        )}
        <More of={tries} />
        <span role="status">{test.isSuccess && words.tested}</span>
      </div>
      <FaultOf error={test.error} />
    </section>
  );
}

const tones = { sent: "low", delayed: "typical", refused: "high" } as const;

function Line({ of: one, channel }: { of: Try; channel: Channel }) {
  const { tries: words } = useChannelTexts();
  const format = useFormat();
  const replay = useReplay(channel.id);
  const { messageId, at, outcome, code, milliseconds, answer } = one;
  return (
    <li>
      <div className={styles.about}>
        <div className={styles.name}>
          <Tag tone={tones[outcome]}>{words.outcomes[outcome]}</Tag>
          {code && <span>{words.codes[code] ?? code}</span>}
        </div>
        <div className={styles.small}>
          <Moment at={at} /> · {words.took(format.number(milliseconds))}
          {messageId && ` · ${messageId}`}
        </div>
        {answer && (
          <details>
            <summary className={log.summary}>{words.answer}</summary>
            <pre className={log.answer}>{answer}</pre>
          </details>
        )}
      </div>
      {messageId && channel.status === "on" && (
        <Action
          busy={replay.isPending}
          aria-label={`${words.again}: ${messageId}`}
          onClick={() => replay.mutate({ messageId })}
        >
          {words.again}
        </Action>
      )}
      <div role="status">{replay.isSuccess && words.replayed(replay.data.replayed)}</div>
      <FaultOf error={replay.error} />
    </li>
  );
}

/** `YYYY-MM-DDTHH:MM` of this browser's clocks, as a field of a moment has it. */
const localOf = (instant: number) =>
  new Date(instant - new Date(instant).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function SpanAgain({ of: channel }: { of: Channel }) {
  const { tries: words } = useChannelTexts();
  const [from, setFrom] = useState(() => localOf(Date.now() - 24 * 3_600_000));
  const [to, setTo] = useState(() => localOf(Date.now() + 60_000));
  const replay = useReplay(channel.id);
  const { form, faultAt, rest } = useFaults(replay.error, ["from", "to"]);
  const instant = (local: string) => new Date(local).toISOString();
  return (
    <section className={styles.card} aria-labelledby="span">
      <h2 id="span">{words.span}</h2>
      <p className={styles.note}>{words.spanNote}</p>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          replay.mutate({ from: instant(from), to: instant(to) });
        }}
      >
        <div className={styles.fields}>
          <Field
            label={words.from}
            type="datetime-local"
            required
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
            error={faultAt("from")}
          />
          <Field
            label={words.to}
            type="datetime-local"
            required
            min={from}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            error={faultAt("to")}
          />
        </div>
        {rest}
        <div className={styles.actions}>
          <Action type="submit" busy={replay.isPending}>
            {words.spanGo}
          </Action>
          <span role="status">
            {replay.isSuccess && (replay.data.replayed > 0 ? words.replayed(replay.data.replayed) : words.nothing)}
          </span>
        </div>
      </form>
    </section>
  );
}
