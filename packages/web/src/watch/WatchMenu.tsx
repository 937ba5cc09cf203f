import { useState } from "react";
import { useLocation } from "wouter";
import { useChangeWatch, useRemoveWatch, type Watch } from "../data/watches.ts";
import { Action, Button } from "../ui/Button.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useWords } from "../words/words.tsx";
import { type Doing, WatchActions } from "./WatchActions.tsx";

/** Does what is chosen with a watch; removing it is asked about first. */
export function WatchMenu({ watch }: { watch: Watch }) {
  const words = useWords();
  const { watch: one } = words;
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const change = useChangeWatch(watch.id);
  const remove = useRemoveWatch(watch.id);
  const act = (doing: Doing) => {
    if (doing === "remove") setAsking(true);
    else if (doing === "unsnooze") change.mutate({ action: "snooze", method: "DELETE" });
    else change.mutate({ action: doing, body: doing === "snooze" ? { days: 7 } : {} });
  };
  return (
    <WatchActions state={watch.state} isBusy={change.isPending} onDo={act}>
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
    </WatchActions>
  );
}
