import { useState } from "react";
import { Link } from "wouter";
import styles from "../account/Form.module.css";
import { RenameChannel } from "../account/Rename.tsx";
import {
  type Channel,
  type Made,
  useChangeChannel,
  useRemoveChannel,
  useRotateChannel,
  useTestChannel,
} from "../data/channels.ts";
import { pushChannel } from "../offline/push.ts";
import { Ask } from "../ui/Ask.tsx";
import { Action, Button } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Moment, Tag } from "../ui/Show.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { useSettings } from "../words/settings.ts";
import { useWords } from "../words/words.tsx";
import { isRead, nameOf, reasonOf, turning } from "./state.ts";

const tones = { on: "low", paused: "plain", unproven: "typical", off: "high" } as const;

/** A channel: what it is, whether it works, and what can be done with it. */
export function Row({ of: channel, onMade }: { of: Channel; onMade: (made: Made) => void }) {
  const words = useChannelTexts();
  const { account } = useWords();
  const settings = useSettings();
  const { id, kind, shown, status } = channel;
  const [open, setOpen] = useState<"rename" | "rotate" | "remove" | null>(null);
  const change = useChangeChannel(id);
  const test = useTestChannel(id);
  const rotate = useRotateChannel(id);
  const remove = useRemoveChannel(id);
  const name = nameOf(channel, words);
  const reason = reasonOf(channel, words);
  const turns = turning(kind);
  const close = () => setOpen(null);
  const about = (verb: string) => ({ "aria-label": `${verb}: ${name}` });
  return (
    <li>
      <div className={styles.about}>
        <div className={styles.name}>
          {name}
          <Tag tone={tones[status]}>{words.states[status]}</Tag>
          {pushChannel() === id && <Tag tone="accent">{account.thisDevice}</Tag>}
        </div>
        <div className={styles.small}>
          {[channel.name && words.kinds[kind], shown].filter(Boolean).map((each) => (
            <span key={each}>{each} · </span>
          ))}
          <LastUse of={channel} />
        </div>
        {reason && <p>{reason}</p>}
        {status === "on" && channel.failingSince && (
          <p>
            {words.failing} <Moment at={channel.failingSince} />
          </p>
        )}
      </div>
      <div className={styles.actions}>
        {status === "on" && !isRead(kind) && (
          <Action busy={test.isPending} onClick={() => test.mutate(undefined)} {...about(words.test)}>
            {words.test}
          </Action>
        )}
        {status === "on" && (
          <Action busy={change.isPending} onClick={() => change.mutate({ status: "paused" })} {...about(words.pause)}>
            {words.pause}
          </Action>
        )}
        {(status === "paused" || status === "off") && (
          <Action
            kind="main"
            busy={change.isPending}
            onClick={() => change.mutate({ status: "on" })}
            {...about(words.turnOn)}
          >
            {words.turnOn}
          </Action>
        )}
        {kind === "webhook" && (
          <Link href={`/account/channels/${id}`} className={styles.target} {...about(words.log)}>
            {words.log}
          </Link>
        )}
        <Button kind="quiet" onClick={() => setOpen("rename")} {...about(settings.rename)}>
          {settings.rename}
        </Button>
        {turns && (
          <Button kind="quiet" onClick={() => setOpen("rotate")} {...about(words.rotate[turns])}>
            {words.rotate[turns]}
          </Button>
        )}
        <Button kind="danger" onClick={() => setOpen("remove")} {...about(settings.remove)}>
          {settings.remove}
        </Button>
      </div>
      <div role="status">{test.isSuccess && words.tested}</div>
      <FaultOf error={test.error ?? change.error} />
      {open === "rename" && <RenameChannel id={id} name={channel.name ?? ""} onClose={close} />}
      {open === "rotate" && turns && (
        <Ask
          title={words.rotateAsk[turns]}
          go={words.rotate[turns]}
          busy={rotate.isPending}
          error={rotate.error}
          onClose={close}
          onGo={() =>
            rotate.mutate(undefined, {
              onSuccess: (made) => {
                close();
                onMade(made);
              },
            })
          }
        >
          <p>{words.rotateNote[turns]}</p>
        </Ask>
      )}
      {open === "remove" && (
        <Ask
          title={words.removeAsk(name)}
          go={settings.remove}
          busy={remove.isPending}
          error={remove.error}
          onClose={close}
          onGo={() => remove.mutate(undefined)}
        >
          <p>{words.removeNote}</p>
        </Ask>
      )}
    </li>
  );
}

function LastUse({ of: { kind, workedAt } }: { of: Channel }) {
  const words = useChannelTexts();
  if (workedAt === null) return isRead(kind) ? words.neverRead : words.never;
  return (
    <>
      {isRead(kind) ? words.read : words.worked} <Moment at={workedAt} />
    </>
  );
}
