import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useFormat, useWords } from "../words/words.tsx";
import { Notice } from "./Notice.tsx";
import { useOnline } from "./online.ts";

export function Offline() {
  const online = useOnline();
  return <div role="status">{!online && <Age />}</div>;
}

/** Says how old what is on the screen is: its oldest answer. */
function Age() {
  const { errors } = useWords();
  const format = useFormat();
  const cache = useQueryClient().getQueryCache();
  const since = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => {
      const shown = cache
        .findAll({ type: "active" })
        .filter(({ state, queryKey }) => state.data && queryKey[0] !== "me");
      return Math.min(...shown.map(({ state }) => state.dataUpdatedAt));
    },
  );
  if (!Number.isFinite(since)) return <Notice tone="typical">{errors.offline}</Notice>;
  const at = new Date(since).toISOString();
  const isToday = new Date(since).toDateString() === new Date().toDateString();
  return <Notice tone="typical">{errors.offlineSince(isToday ? format.time(at) : format.moment(at))}</Notice>;
}
