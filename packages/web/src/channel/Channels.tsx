import { useState } from "react";
import styles from "../account/Form.module.css";
import { Frame } from "../account/Frame.tsx";
import { type Made, useChannels } from "../data/channels.ts";
import { Button } from "../ui/Button.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Show.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { AddChannel } from "./AddChannel.tsx";
import { MadeSheet } from "./MadeSheet.tsx";
import { Row } from "./Row.tsx";
import { Topics } from "./Topics.tsx";
import { When } from "./When.tsx";

export function Channels() {
  return (
    <Frame part="channels">
      {(me) => (
        <div className={styles.page}>
          <List />
          <Choice />
          <When me={me} />
        </div>
      )}
    </Frame>
  );
}

function Choice() {
  const { data: items } = useChannels();
  return items && items.length > 0 ? <Topics channels={items} /> : null;
}

function List() {
  const words = useChannelTexts();
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const channels = useChannels();
  const { data: items, error, isPending, refetch } = channels;
  return (
    <section className={styles.card} aria-labelledby="channels">
      <h2 id="channels">{words.title}</h2>
      <p className={styles.note}>{words.note}</p>
      {isPending && <Skeleton height={72} count={3} />}
      {error && <Fault error={error} onRetry={() => void refetch()} />}
      {items?.length === 0 && (
        <Empty title={words.none}>
          <p>{words.noneNote}</p>
        </Empty>
      )}
      {items && items.length > 0 && (
        <ul className={styles.lines}>
          {items.map((channel) => (
            <Row key={channel.id} of={channel} onMade={setMade} />
          ))}
        </ul>
      )}
      {items && (
        <Button kind="main" onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      )}
      {isAdding && items && (
        <AddChannel
          channels={items}
          onClose={() => setAdding(false)}
          onMade={(channel) => {
            setAdding(false);
            if (channel.secret ?? channel.url) setMade(channel);
          }}
        />
      )}
      {made && <MadeSheet made={made} onClose={() => setMade(null)} />}
    </section>
  );
}
