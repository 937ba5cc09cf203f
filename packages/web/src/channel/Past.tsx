import styles from "../account/Form.module.css";
import { useLastMonth } from "../data/alerts.ts";
import { Skeleton } from "../ui/Show.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { useFormat } from "../words/words.tsx";
import { meaningOf, type Wishes } from "./past.ts";

/** What the choices would have meant for the alerts of the last month. */
export function Past({ wishes }: { wishes: Wishes }) {
  const { when: words } = useChannelTexts();
  const format = useFormat();
  const { data, isPending } = useLastMonth();
  if (isPending) return <Skeleton height={56} />;
  if (!data) return null;
  const number = data.instants.length;
  const { atOnce, afterNight, inDigest } = meaningOf(data.instants, wishes);
  const parts = [
    ...(atOnce > 0 ? [words.atOnce(atOnce)] : []),
    ...(afterNight > 0 ? [words.afterNight(afterNight)] : []),
    ...(inDigest > 0 ? [words.inDigest(inDigest)] : []),
  ];
  return (
    <div role="status">
      <h3 className={styles.name}>{words.past}</h3>
      {number === 0 ? (
        <p>{words.pastNone}</p>
      ) : (
        <p>
          {data.isAll ? words.pastSome(number) : words.pastLast(number)} {format.list(parts)}.
        </p>
      )}
    </div>
  );
}
