import { lazy, Suspense, useState } from "react";
import type { Watch } from "../data/watches.ts";
import { Skeleton } from "../ui/Show.tsx";
import { useWords } from "../words/words.tsx";
import styles from "./WatchChannels.module.css";

const Choice = lazy(async () => ({ default: (await import("./ChannelChoice.tsx")).ChannelChoice }));

/** Where messages of a watch go: asked for, and shown, when it is opened. */
export function WatchChannels({ watch }: { watch: Watch }) {
  const { watch: words } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <h2>{words.messages}</h2>
      </summary>
      {isOpen && (
        <Suspense fallback={<Skeleton height={44} count={3} />}>
          <Choice watch={watch} />
        </Suspense>
      )}
    </details>
  );
}
