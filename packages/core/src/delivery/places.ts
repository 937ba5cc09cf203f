import type { Claimed } from "./claim.ts";
import type { Lane } from "./send.ts";

/** How many tries of a kind are under way at once, without the slow ones. */
const underWay: Record<Lane, number> = {
  email: 10,
  webhook: 100,
  push: 20,
  ntfy: 20,
  slack: 20,
  discord: 20,
  telegram: 20,
};

/** After how long a try of a webhook is slow and gives up its place (ms), and how many slow ones are waited for. */
const slowAfter = 300;
const mostSlow = 400;

/** How many tries of webhooks at one host are under way at once, slow or not. */
const perHost = 10;

/** A place for a try, which `leave` gives back. `none` is free, or the host is `hung`: all its tries are slow. */
export type Place = { leave: () => void } | "none" | "hung";

type Host = { open: number; slow: number };

/**
 * The places for tries of one run. A webhook may hang for 15 seconds, so a slow one gives its place to the next, and one
 * host has few: hosts that hang hold up no other host, and no mail. `freed` is called when a slow one has given its place.
 */
export function createPlaces(freed: () => void): { take: (lane: Lane, message: Claimed) => Place } {
  const busy = new Map<Lane, number>();
  const hosts = new Map<string, Host>();
  let slow = 0;
  const count = (lane: Lane, by: number) => busy.set(lane, (busy.get(lane) ?? 0) + by);

  return {
    take(lane, { channel }) {
      const name = lane === "webhook" ? (channel?.shown ?? "") : undefined;
      const host = name === undefined ? undefined : (hosts.get(name) ?? { open: 0, slow: 0 });
      if (host && host.open >= perHost) return host.slow >= perHost ? "hung" : "none";
      if ((busy.get(lane) ?? 0) >= underWay[lane]) return "none";
      count(lane, 1);
      if (!host || name === undefined) return { leave: () => void count(lane, -1) };
      hosts.set(name, host);
      host.open++;
      let isSlow = false;
      let hasPlace = true;
      const timer = setTimeout(() => {
        isSlow = true;
        host.slow++;
        if (slow >= mostSlow) return;
        slow++;
        hasPlace = false;
        count(lane, -1);
        freed();
      }, slowAfter).unref();
      return {
        leave() {
          clearTimeout(timer);
          host.open--;
          if (isSlow) host.slow--;
          if (hasPlace) count(lane, -1);
          else slow--;
        },
      };
    },
  };
}
