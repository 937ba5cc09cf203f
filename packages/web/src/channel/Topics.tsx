import styles from "../account/Form.module.css";
import { type Channel, type Topic, useChangeChannel } from "../data/channels.ts";
import { FaultOf } from "../ui/faults.tsx";
import { Table } from "../ui/Table.tsx";
import { useChannelTexts } from "../words/channels.ts";
import { isRead, nameOf } from "./state.ts";
import grid from "./Topics.module.css";

const topics: Topic[] = ["alert.created", "watch.ended", "watch.paused", "booking.changed"];

/** Which kinds of messages go to which channels: a box for each. */
export function Topics({ channels }: { channels: Channel[] }) {
  const { grid: words } = useChannelTexts();
  return (
    <div className={styles.card}>
      <h2>{words.title}</h2>
      <p className={styles.note}>{words.note}</p>
      <div className={grid.grid}>
        <Table label={words.title} heads={[words.channel, ...topics.map((topic) => words.topics[topic])]}>
          {channels.map((channel) => (
            <Line key={channel.id} of={channel} />
          ))}
        </Table>
      </div>
    </div>
  );
}

function Line({ of: channel }: { of: Channel }) {
  const texts = useChannelTexts();
  const { grid: words } = texts;
  const change = useChangeChannel(channel.id);
  const name = nameOf(channel, texts);
  const chosen = change.isPending ? (change.variables.about ?? topics) : (channel.about ?? topics);
  return (
    <tr>
      <th scope="row">
        {name}
        <FaultOf error={change.error} />
      </th>
      {topics.map((topic) => (
        <td key={topic}>
          {isRead(channel.kind) ? (
            <span>{words.read[channel.kind === "atom" && topic !== "alert.created" ? "never" : "always"]}</span>
          ) : (
            <label className={grid.box}>
              <input
                type="checkbox"
                aria-label={`${words.topics[topic]}: ${name}`}
                checked={chosen.includes(topic)}
                disabled={change.isPending}
                onChange={({ currentTarget: { checked } }) => {
                  const about = topics.filter((each) => (each === topic ? checked : chosen.includes(each)));
                  change.mutate({ about: about.length === topics.length ? null : about });
                }}
              />
            </label>
          )}
        </td>
      ))}
    </tr>
  );
}
