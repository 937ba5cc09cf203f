import { type ComponentProps, lazy } from "react";
import type { Watch } from "../data/watches.ts";
import { WhenOpened } from "../ui/WhenOpened.tsx";
import { useWords } from "../words/words.tsx";
import type { ChannelPicker } from "./ChannelPicker.tsx";
import styles from "./WatchChannels.module.css";

const Choice = lazy(async () => ({ default: (await import("./ChannelChoice.tsx")).ChannelChoice }));
const Picker = lazy(async () => ({ default: (await import("./ChannelPicker.tsx")).ChannelPicker }));

/** Where messages of a watch go: asked for, and shown, when it is opened. */
export function WatchChannels({ watch }: { watch: Watch }) {
  return (
    <WhenOpened title={useWords().watch.messages}>
      <Choice watch={watch} />
    </WhenOpened>
  );
}

/** The same for a watch that is being made. What was chosen before the way to sign in stands open. */
export function NewChannels(props: ComponentProps<typeof ChannelPicker>) {
  return (
    <WhenOpened title={useWords().watch.messages} start={props.start !== null}>
      <div className={styles.choice}>
        <Picker {...props} />
      </div>
    </WhenOpened>
  );
}
