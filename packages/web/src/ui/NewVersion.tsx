import { useSyncExternalStore } from "react";
import { version } from "../offline/version.ts";
import { useWords } from "../words/words.tsx";
import { Button } from "./Button.tsx";
import { Notice } from "./Notice.tsx";

/** Offers a newer version of the client. It never comes by itself: a form may be half filled. */
export function NewVersion() {
  const { newer } = useWords();
  const waiting = useSyncExternalStore(version.subscribe, version.waiting);
  return (
    <div role="status">
      {waiting && (
        <Notice tone="plain">
          <p>{newer.there}</p>
          <Button onClick={version.take}>{newer.load}</Button>
        </Notice>
      )}
    </div>
  );
}
