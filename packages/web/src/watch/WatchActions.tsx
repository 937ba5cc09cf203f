import type { ReactNode } from "react";
import type { Watch } from "../data/watches.ts";
import { Action, Button } from "../ui/Button.tsx";
import { useWords } from "../words/words.tsx";
import styles from "./WatchMenu.module.css";

export type Doing = "check" | "snooze" | "unsnooze" | "pause" | "resume" | "booked" | "remove";

/** What can be done with a watch in this state; `children` are what came of it. */
export function WatchActions({
  state,
  isBusy = false,
  onDo = () => undefined,
  children,
}: {
  state: Watch["state"];
  isBusy?: boolean;
  onDo?: (doing: Doing) => void;
  children?: ReactNode;
}) {
  const { watch: words } = useWords();
  return (
    <fieldset className={styles.menu} aria-label={words.menu}>
      {state === "active" && (
        <>
          <Action busy={isBusy} onClick={() => onDo("check")}>
            {words.checkNow}
          </Action>
          <Action busy={isBusy} onClick={() => onDo("snooze")}>
            {words.snooze}
          </Action>
          <Action busy={isBusy} onClick={() => onDo("pause")}>
            {words.pause}
          </Action>
        </>
      )}
      {state === "snoozed" && (
        <Action busy={isBusy} onClick={() => onDo("unsnooze")}>
          {words.unsnooze}
        </Action>
      )}
      {state === "paused" && (
        <Action kind="main" busy={isBusy} onClick={() => onDo("resume")}>
          {words.resume}
        </Action>
      )}
      {state !== "ended" && (
        <Action busy={isBusy} onClick={() => onDo("booked")}>
          {words.booked}
        </Action>
      )}
      <Button kind="danger" onClick={() => onDo("remove")}>
        {words.remove}
      </Button>
      {children}
    </fieldset>
  );
}
