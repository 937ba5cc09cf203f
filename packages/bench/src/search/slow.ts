import { setTimeout as wait } from "node:timers/promises";
import { provider } from "@travel-conductor/core/flight";

/** From now on this process's provider takes `milliseconds` longer, and its calls are counted. */
export function slow(milliseconds: number): { milliseconds: number; calls: number } {
  const { search } = provider;
  const pace = { milliseconds, calls: 0 };
  provider.search = async (...question) => {
    pace.calls++;
    await wait(pace.milliseconds);
    return search.apply(provider, question);
  };
  return pace;
}
