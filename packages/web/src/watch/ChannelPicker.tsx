import { useId, useState } from "react";
import { Link } from "wouter";
import { nameOf } from "../channel/state.ts";
import { useChannels } from "../data/channels.ts";
import { Check } from "../ui/Field.tsx";
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

/** What is chosen: null for all channels. `isOpen`: "to these" without one of them. */
export type Choice = { channels: string[] | null; isOpen: boolean };

/** Asks which channels of their owner a watch uses: all, some, or none. */
export function ChannelPicker({ start, onChange }: { start: string[] | null; onChange: (choice: Choice) => void }) {
  const words = useWords();
  const texts = useChannelTexts();
  const { ofWatch } = texts;
  const name = useId();
  const channels = useChannels();
  const [way, setWay] = useState<Way>(() => wayOf(start));
  const [ids, setIds] = useState(start ?? []);
  if (channels.isPending) return <Skeleton height={44} count={3} />;
  if (!channels.data) return <Fault error={channels.error} onRetry={() => void channels.refetch()} />;
  const items = channels.data;
  const choose = (nextWay: Way, nextIds: string[]) => {
    // A channel that was removed is chosen no more.
    const chosen = items.flatMap(({ id }) => (nextIds.includes(id) ? [id] : []));
    setWay(nextWay);
    setIds(nextIds);
    onChange({
      channels: nextWay === "all" ? null : nextWay === "some" ? chosen : [],
      isOpen: nextWay === "some" && chosen.length === 0,
    });
  };
  return (
    <>
      <fieldset>
        <legend className="hidden">{words.watch.messages}</legend>
        {(["all", "none", "some"] as const).map((each) => (
          <label key={each} className={styles.radio}>
            <input type="radio" name={name} checked={way === each} onChange={() => choose(each, ids)} />
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
              onChange={(isOn) => choose(way, isOn ? [...ids, channel.id] : ids.filter((id) => id !== channel.id))}
            />
          ))}
          {!items.some(({ id }) => ids.includes(id)) && <p>{items.length > 0 ? ofWatch.choose : ofWatch.noChannel}</p>}
        </div>
      )}
      <Link href="/account/channels">{ofWatch.manage}</Link>
    </>
  );
}
