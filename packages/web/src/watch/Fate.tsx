import type { Judged } from "../data/watches.ts";
import { useChannelTexts } from "../words/channels.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Decisions.module.css";

type Given = NonNullable<Judged["alert"]>;

/** What became of an alert on each channel: sent, held, or not sent, and why. */
export function Fate({ of: { deliveries } }: { of: Given }) {
  const texts = useChannelTexts();
  const { fate: words } = texts;
  const format = useFormat();
  if (deliveries.length === 0) return <p className={styles.fate}>{words.none}</p>;
  return (
    <ul className={styles.fate}>
      {deliveries.map(({ channelId, channel, status, because, heldBecause, dueAt }) => (
        <li key={channelId}>
          {channel ? texts.kinds[channel] : words.removed}:{" "}
          {status === "pending" ? words.waits(format.moment(dueAt)) : words.statuses[status]}
          {because && `, ${words.because[because]}`}
          {heldBecause && ` (${words.held[heldBecause]})`}
        </li>
      ))}
    </ul>
  );
}
