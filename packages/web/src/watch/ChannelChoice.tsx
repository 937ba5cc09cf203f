import { useId, useState } from "react";
import { Link } from "wouter";
import { nameOf } from "../channel/state.ts";
import { useChannels } from "../data/channels.ts";
import { useChangeWatch, type Watch } from "../data/watches.ts";
import { Action } from "../ui/Button.tsx";
import { Check } from "../ui/Field.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton, Tag } from "../ui/Show.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { useWords } from "../words/words.tsx";
import styles from "./WatchChannels.module.css";

type Way = "all" | "some" | "none";

const wayOf = (channels: string[] | null): Way => {
  if (channels === null) return "all";
  return channels.length > 0 ? "some" : "none";
};

/** Chooses the channels of a watch: all of its owner's, some, or none. */
export function ChannelChoice({ watch }: { watch: Watch }) {
  const words = useWords();
  const texts = useChannelTexts();
  const { ofWatch } = texts;
  const name = useId();
  const channels = useChannels();
  const [way, setWay] = useState<Way>(() => wayOf(watch.channels));
  const [ids, setIds] = useState(watch.channels ?? []);
  const change = useChangeWatch(watch.id);
  if (channels.isPending) return <Skeleton height={44} count={3} />;
  if (!channels.data) return <Fault error={channels.error} onRetry={() => void channels.refetch()} />;
  const items = channels.data;
  // A channel that was removed is chosen no more.
  const chosen = items.flatMap(({ id }) => (ids.includes(id) ? [id] : []));
  const wanted = way === "all" ? null : way === "some" ? chosen : [];
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(watch.channels);
  const isEmpty = way === "some" && chosen.length === 0;
  return (
    <form
      className={styles.choice}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ body: { channels: wanted } });
      }}
    >
      <fieldset>
        <legend className="hidden">{words.watch.messages}</legend>
        {(["all", "none", "some"] as const).map((each) => (
          <label key={each} className={styles.radio}>
            <input type="radio" name={name} checked={way === each} onChange={() => setWay(each)} />
            <span>{ofWatch[each]}</span>
          </label>
        ))}
      </fieldset>
      {way === "some" && (
        <div className={styles.some}>
          {items.map((channel) => (
            <Check
              key={channel.id}
              label={
                <>
                  {nameOf(channel, texts)}{" "}
                  {channel.status !== "on" && <Tag tone="typical">{texts.states[channel.status]}</Tag>}
                </>
              }
              checked={ids.includes(channel.id)}
              onChange={(isOn) => setIds(isOn ? [...ids, channel.id] : ids.filter((id) => id !== channel.id))}
            />
          ))}
          {isEmpty && <p>{items.length > 0 ? ofWatch.choose : ofWatch.noChannel}</p>}
        </div>
      )}
      <FaultOf error={change.error} />
      <p role="status">{change.isSuccess && !isChanged && words.saved}</p>
      <Action type="submit" disabled={!isChanged || isEmpty} busy={change.isPending}>
        {words.save}
      </Action>
      <Link href="/account/channels">{ofWatch.manage}</Link>
    </form>
  );
}
