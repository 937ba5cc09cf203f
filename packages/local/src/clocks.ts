import type { startClock } from "./clock.ts";

type Clock = {
  /** The file of the handler in packages/functions/src/cron. */
  name: string;
  /** The rest between two calls. Shorter than a stage's (stacks/), so that a developer sees the effect at once. */
  milliseconds: number;
  /** The shortest rest (ms) where product time runs fast; a second by default. */
  least?: number;
  /** Imports the handler. The product reads its environment at import, so this must come after the services are up. */
  load: () => Promise<{ handler: Parameters<typeof startClock>[0] }>;
};

/** The clocks of `npm start`: each handler of packages/functions/src/cron, in the order in which they start. */
export const clocks: Clock[] = [
  { name: "sweep", milliseconds: 2_000, load: () => import("@travel-conductor/functions/cron/sweep") },
  {
    name: "provider-counts",
    milliseconds: 5_000,
    load: () => import("@travel-conductor/functions/cron/provider-counts"),
  },
  { name: "wake", milliseconds: 1_000, load: () => import("@travel-conductor/functions/cron/wake") },
  {
    name: "clean",
    milliseconds: 3_600_000,
    least: 10_000,
    load: () => import("@travel-conductor/functions/cron/clean"),
  },
  { name: "flush", milliseconds: 5_000, load: () => import("@travel-conductor/functions/cron/flush") },
  {
    name: "maintenance",
    milliseconds: 3_600_000,
    least: 10_000,
    load: () => import("@travel-conductor/functions/cron/maintenance"),
  },
];

/**
 * The rest (ms) of a clock where product time runs `speed` times as fast: short enough that its handler runs as often
 * in product time, but no shorter than `least`. One call then does the work of all the ticks that it stands for.
 */
export function restOf({ milliseconds, least = 1_000 }: Clock, speed: number): number {
  return Math.max(Math.min(milliseconds, least), milliseconds / speed);
}
