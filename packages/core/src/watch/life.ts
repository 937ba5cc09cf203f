import { alive, rewrite } from "./rewrite.ts";
import type { Info } from "./schema.ts";
import type { Before } from "./view.ts";

/**
 * Has a watch not priced until it is resumed. It may be ended meanwhile, and the same is all it takes twice.
 * @throws Problem `watch.missing`, `watch.ended`, `watch.busy`
 */
export function pause(userId: string, id: string, at: Date): Promise<Info> {
  return rewrite(userId, id, at, (before) => turned(alive(before, at), false));
}

/**
 * Has a watch priced again, soon, whoever paused it.
 * @throws Problem `watch.missing`, `watch.ended`, `watch.busy`
 */
export function resume(userId: string, id: string, at: Date): Promise<Info> {
  return rewrite(userId, id, at, (before) => turned(alive(before, at), true));
}

/** By a person; a watch that is so already stays as it is. */
export function turned(watch: Before, isActive: boolean = watch.isActive): Before {
  if (isActive === watch.isActive) return watch;
  return { ...watch, isActive, pausedBecause: isActive ? null : "person" };
}
