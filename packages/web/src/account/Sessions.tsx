import { useState } from "react";
import { useLocation } from "wouter";
import { useSignOutEverywhere } from "../data/account.ts";
import { type Session, useEndSession, useSessions } from "../data/sessions.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { More } from "../ui/More.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Moment, Skeleton, Tag } from "../ui/Show.tsx";
import { useSettings } from "../words/settings.ts";
import { useWords } from "../words/words.tsx";
import styles from "./Form.module.css";
import { Frame } from "./Frame.tsx";

export function Sessions() {
  return <Frame part="sessions">{() => <List />}</Frame>;
}

function List() {
  const settings = useSettings();
  const sessions = useSessions();
  const end = useEndSession();
  if (sessions.isPending) return <Skeleton height={72} count={3} />;
  if (!sessions.data) return <Fault error={sessions.error} onRetry={() => void sessions.refetch()} />;
  return (
    <section className={styles.card} aria-label={settings.parts.sessions}>
      <p className={styles.note}>{settings.sessions.note}</p>
      <ul className={styles.lines}>
        {sessions.data.pages
          .flatMap(({ items }) => items)
          .map((session) => (
            <Row
              key={session.id}
              session={session}
              busy={end.isPending && end.variables === session.id}
              onEnd={() => end.mutate(session.id)}
            />
          ))}
      </ul>
      <div role="status">{end.isSuccess && settings.sessions.ended}</div>
      <FaultOf error={end.error} />
      <div className={styles.actions}>
        <More of={sessions} />
        <EndAll />
      </div>
    </section>
  );
}

function Row({ session, busy, onEnd }: { session: Session; busy: boolean; onEnd: () => void }) {
  const { account } = useWords();
  const { sessions: words } = useSettings();
  const device = session.device ?? words.unknownDevice;
  return (
    <li>
      <div className={styles.about}>
        <div className={styles.name}>
          {device} {session.current && <Tag tone="accent">{account.thisDevice}</Tag>}
        </div>
        <div className={styles.small}>
          {words.used} <Moment at={session.lastUsedAt} />
          {session.network && ` ${words.network(session.network)}`} · {words.since} <Moment at={session.createdAt} />
        </div>
      </div>
      {!session.current && (
        <Action busy={busy} aria-label={`${account.end}: ${device}`} onClick={onEnd}>
          {account.end}
        </Action>
      )}
    </li>
  );
}

function EndAll() {
  const { account } = useWords();
  const { sessions: words } = useSettings();
  const [, go] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const endAll = useSignOutEverywhere();
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {account.endAll}
      </Button>
      {isAsking && (
        <Ask
          title={words.endAllAsk}
          go={account.endAll}
          busy={endAll.isPending}
          error={endAll.error}
          onClose={() => setAsking(false)}
          onGo={() => endAll.mutate(undefined, { onSuccess: () => go("/sign-in") })}
        >
          <p>{words.endAllNote}</p>
        </Ask>
      )}
    </>
  );
}
