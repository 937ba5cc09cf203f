import { useState } from "react";
import { useChangeWatch, type Watch } from "../data/watches.ts";
import { Action } from "../ui/Button.tsx";
import { FaultOf } from "../ui/faults.tsx";
import { useWords } from "../words/words.tsx";
import { ChannelPicker, type Choice } from "./ChannelPicker.tsx";
import styles from "./WatchChannels.module.css";

/** Chooses the channels of a watch: all of its owner's, some, or none. */
export function ChannelChoice({ watch }: { watch: Watch }) {
  const words = useWords();
  const [{ channels, isOpen }, setChoice] = useState<Choice>({ channels: watch.channels, isOpen: false });
  const change = useChangeWatch(watch.id);
  const isChanged = JSON.stringify(channels) !== JSON.stringify(watch.channels);
  return (
    <form
      className={styles.choice}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ body: { channels } });
      }}
    >
      <ChannelPicker start={watch.channels} onChange={setChoice} />
      <FaultOf error={change.error} />
      <p role="status">{change.isSuccess && !isChanged && words.saved}</p>
      <Action type="submit" disabled={!isChanged || isOpen} busy={change.isPending}>
        {words.save}
      </Action>
    </form>
  );
}
