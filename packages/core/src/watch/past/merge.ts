import { maxPriceAge } from "../../fare.ts";
import type { Recorded } from "./replay.ts";

/** One recorded check of one of several fares; `fare` is its position among them. */
export type Part = Omit<Recorded, "ghost" | "of"> & { fare: number };

/**
 * Builds the record that a watch over `count` fares would have from the records of those fares, in order of time: at
 * each moment at which any fare was checked, the lowest of their last ok prices. `no_results` removes a fare's price; a
 * failure leaves it.
 */
export function together(parts: Part[], count: number): Recorded[] {
  const last = new Map<number, Part>();
  const empty = new Set<number>();
  const checks: Recorded[] = [];
  for (const [index, part] of parts.entries()) {
    const { at, fare, status } = part;
    if (status === "no_results") empty.add(fare);
    else empty.delete(fare);
    if (status === "ok") last.set(fare, part);
    if (status === "no_results") last.delete(fare);
    if (parts[index + 1]?.at === at) continue;
    const cheapest = least(last.values(), at);
    checks.push({
      at,
      status: cheapest ? "ok" : empty.size === count ? "no_results" : "provider_error",
      price: cheapest?.price ?? null,
      ghost: false,
      confirmable: cheapest?.confirmable ?? false,
      of: cheapest ? String(cheapest.fare) : null,
    });
  }
  return checks;
}

function least(parts: Iterable<Part>, at: number): Part | undefined {
  let found: Part | undefined;
  for (const part of parts) {
    if (part.at < at - maxPriceAge) continue;
    if (!found || part.price! < found.price!) found = part;
  }
  return found;
}
