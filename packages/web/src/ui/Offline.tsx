import { useSyncExternalStore } from "react";
import { useWords } from "../words/words.tsx";
import { Notice } from "./Notice.tsx";

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine);

export function Offline() {
  const words = useWords();
  const online = useOnline();
  return <div role="status">{!online && <Notice tone="typical">{words.errors.offline}</Notice>}</div>;
}
