import { addDays } from "../base/day.ts";
import { Problem } from "../base/error.ts";
import * as Flight from "../flight.ts";
import type { CurrentWatch } from "./current.ts";

/**
 * Rejects to resume a watch that was moved in before its days were sold, while they are not.
 * @throws Problem `watch.unsold`
 */
export async function requireSold({ isActive, lastDay, what }: CurrentWatch, at: Date): Promise<void> {
  if (isActive || lastDay === null) return;
  const [destination = ""] = [what.destination].flat();
  const windows = await Promise.all(
    [what.origin].flat().map((origin) => Flight.saleWindow({ origin, destination }, at)),
  );
  if (windows.every(({ last }) => lastDay <= last)) return;
  const from = addDays(lastDay, -Flight.horizon);
  throw new Problem("conflict", "watch.unsold", `These days are not sold yet: resume this watch from ${from} on.`);
}
