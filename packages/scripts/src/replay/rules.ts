import { toMinor } from "@travel-conductor/core/base/money";

/** The target is in minor units, or as text in the currency of each watch; the drop rule is always on. */
export type Rules = { target: number | string | null; threshold: string; newLow: boolean; routeLow?: boolean };

/** The target (minor units) of a watch in a currency; undefined where the text is no amount above zero in it. */
export function targetOf({ target }: Rules, currency: string): number | null | undefined {
  return typeof target === "string" ? toMinor(target, currency) || undefined : target;
}
