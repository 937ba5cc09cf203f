import { useState } from "react";
import { useLocation } from "wouter";
import { useChangeWatch, useRemoveWatch, type Watch } from "../data/watches.ts";
import { Action, Button } from "../ui/Button.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useWords } from "../words/words.tsx";
import styles from "./WatchMenu.module.css";

/** What can be done with a watch now. */
export function WatchMenu({ watch }: { watch: Watch }) {
  const words = useWords();
  const { watch: one } = words;
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const change = useChangeWatch(watch.id);
  const remove = useRemoveWatch(watch.id);
  const act = (action: string, body: unknown = {}) => change.mutate({ action, body });
  const { state } = watch;
  const busy = change.isPending;
  return (
    <fieldset className={styles.menu} aria-label={one.menu}>
      {state === "active" && (
        <>
          <Action busy={busy} onClick={() => act("check")}>
            {one.checkNow}
          </Action>
          <Action busy={busy} onClick={() => act("snooze", { days: 7 })}>
            {one.snooze}
          </Action>
          <Action busy={busy} onClick={() => act("pause")}>
            {one.pause}
          </Action>
        </>
      )}
      {state === "snoozed" && (
        <Action busy={busy} onClick={() => change.mutate({ action: "snooze", method: "DELETE" })}>
          {one.unsnooze}
        </Action>
      )}
      {state === "paused" && (
        <Action kind="main" busy={busy} onClick={() => act("resume")}>
          {one.resume}
        </Action>
      )}
      {state !== "ended" && (
        <Action busy={busy} onClick={() => act("booked")}>
          {one.booked}
        </Action>
      )}
      <Button kind="danger" onClick={() => setAsking(true)}>
        {one.remove}
      </Button>
      {change.error && <Fault error={change.error} />}
      {asking && (
        <Sheet
          small
          title={one.removeAsk}
          onClose={() => setAsking(false)}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>{words.cancel}</Button>
              <Action
                kind="danger"
                busy={remove.isPending}
                onClick={() => remove.mutate(undefined, { onSuccess: () => go("/watches") })}
              >
                {one.remove}
              </Action>
            </>
          }
        >
          <p>{one.removeNote}</p>
          {remove.error && <Fault error={remove.error} />}
        </Sheet>
      )}
    </fieldset>
  );
}
