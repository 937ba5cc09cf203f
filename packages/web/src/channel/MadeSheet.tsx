import styles from "../account/Form.module.css";
import type { Made } from "../data/channels.ts";
import { Copy } from "../ui/Copy.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useChannelTexts } from "../words/channels.ts";

/** What is shown this once: the secret of a webhook, the address of a feed or of the bot. */
export function MadeSheet({ made, onClose }: { made: Made; onClose: () => void }) {
  const { made: words } = useChannelTexts();
  const title = made.secret ? words.secret : words.url;
  const isBot = made.kind === "telegram";
  return (
    <Sheet small title={title} onClose={onClose}>
      <div className={styles.fields}>
        <p>{isBot ? words.telegram : words.once}</p>
        {isBot && made.url && (
          <a href={made.url} target="_blank" rel="noreferrer" className={styles.target}>
            {words.open}
          </a>
        )}
        <Copy text={made.secret ?? (made.url && new URL(made.url, location.origin).href) ?? ""} label={title} />
      </div>
    </Sheet>
  );
}
