import { setTimeout as wait } from "node:timers/promises";
import { provider } from "@travel-conductor/core/flight";

/** Makes this process's provider take `milliseconds` longer from now on, and counts its calls. */
export function slowProvider(milliseconds: number): { milliseconds: number; calls: number } {
  const { search } = provider;
  const pace = { milliseconds, calls: 0 };
  provider.search = async (...question) => {
    pace.calls++;
    await wait(pace.milliseconds);
    return search.apply(provider, question);
  };
  return pace;
}
