import { maxPriceAge } from "../../fare.ts";
import type { RecordedCheck } from "./replay.ts";

/** One recorded check of one of several fares; `fare` is its position among them. */
export type MemberCheck = Omit<RecordedCheck, "ghost"> & { fare: number };

/**
 * Builds the record that a watch over `count` fares would have from the records of those fares, in order of time: at
 * each moment at which any fare was checked, the lowest of their last ok prices. `no_results` removes a fare's price; a
 * failure leaves it.
 */
export function mergeRecords(parts: MemberCheck[], count: number): RecordedCheck[] {
  const last = new Map<number, MemberCheck>();
  const empty = new Set<number>();
  const checks: RecordedCheck[] = [];
  for (const [index, part] of parts.entries()) {
    const { at, fare, status } = part;
    if (status === "no_results") empty.add(fare);
    else empty.delete(fare);
    if (status === "ok") last.set(fare, part);
    if (status === "no_results") last.delete(fare);
    if (parts[index + 1]?.at === at) continue;
    const cheapest = lowestOf(last.values(), at);
    checks.push({
      at,
      status: cheapest ? "ok" : empty.size === count ? "no_results" : "provider_error",
      price: cheapest?.price ?? null,
      ghost: false,
      confirmable: cheapest?.confirmable ?? false,
      low: cheapest?.low ?? null,
    });
  }
  return checks;
}

function lowestOf(parts: Iterable<MemberCheck>, at: number): MemberCheck | undefined {
  let found: MemberCheck | undefined;
  for (const part of parts) {
    if (part.at < at - maxPriceAge) continue;
    if (!found || part.price! < found.price!) found = part;
  }
  return found;
}
