import { type ComponentProps, lazy, type ReactNode, Suspense, useState } from "react";
import type { Watch } from "../data/watches.ts";
import { Skeleton } from "../ui/Show.tsx";
import { useWords } from "../words/words.tsx";
import type { ChannelPicker } from "./ChannelPicker.tsx";
import styles from "./WatchChannels.module.css";

const Choice = lazy(async () => ({ default: (await import("./ChannelChoice.tsx")).ChannelChoice }));
const Picker = lazy(async () => ({ default: (await import("./ChannelPicker.tsx")).ChannelPicker }));

/** Where messages of a watch go: asked for, and shown, when it is opened. */
export function WatchChannels({ watch }: { watch: Watch }) {
  return (
    <WhenOpened>
      <Choice watch={watch} />
    </WhenOpened>
  );
}

/** The same for a watch that is being made. What was chosen before the way to sign in stands open. */
export function NewChannels(props: ComponentProps<typeof ChannelPicker>) {
  return (
    <WhenOpened start={props.start !== null}>
      <div className={styles.choice}>
        <Picker {...props} />
      </div>
    </WhenOpened>
  );
}

function WhenOpened({ start = false, children }: { start?: boolean; children: ReactNode }) {
  const { watch: words } = useWords();
  const [isOpen, setOpen] = useState(start);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <h2>{words.messages}</h2>
      </summary>
      {isOpen && <Suspense fallback={<Skeleton height={44} count={3} />}>{children}</Suspense>}
    </details>
  );
}
