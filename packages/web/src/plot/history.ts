import { type History, layOut, type Plot } from "@travel-conductor/core/plot";
import type { Day } from "../data/watches.ts";
import type { Money } from "../words/format.ts";

const msPerDay = 86_400_000;
/** The longest span whose days are drawn by their lowest price alone. */
const shortSpan = 14;

export type Alert = { at: string; price: Money };
export type Band = { lower: Money; upper: Money } | null;

/** One day with a price, as the keyboard and the pointer choose it. */
export type Point = { day: string; low: Money; high: Money; x: number };

/** What is drawn: the shapes, and the days with their places, oldest first. */
export function drawn(
  days: Day[],
  {
    currency,
    locale,
    target,
    band,
    alerts,
  }: { currency: string; locale: string; target: Money | null; band: Band; alerts: Alert[] },
  size: { width: number; height: number },
): { plot: Plot; points: Point[] } {
  const decimals = decimalsOf(currency);
  const toMinor = ({ amount }: Money) => Math.round(Number(amount) * 10 ** decimals);
  const priced = days
    .flatMap(({ date, low, high }) => (low && high ? [{ date, low, high, at: Date.parse(date) }] : []))
    .sort((one, other) => one.at - other.at);
  const span = (priced.at(-1)?.at ?? 0) - (priced[0]?.at ?? 0);
  const isShort = span <= shortSpan * msPerDay;
  const history: History = {
    title: "",
    currency,
    decimals,
    checks: priced.flatMap(({ at, low, high }) =>
      isShort
        ? [{ at, price: toMinor(low) }]
        : [
            { at, price: toMinor(low) },
            { at: at + msPerDay / 2, price: toMinor(high) },
          ],
    ),
    alerts: alerts.map(({ at, price }) => ({ at: Date.parse(at), price: toMinor(price), kind: "told" })),
    target: target && toMinor(target),
    usual: band && { from: toMinor(band.lower), to: toMinor(band.upper) },
  };
  const plot = layOut(history, { ...size, locale });
  const { left, right } = plot.area;
  const [begin, end] = [priced[0]?.at ?? 0, (priced.at(-1)?.at ?? 0) + (isShort ? 0 : msPerDay)];
  const toX = (at: number) => (end === begin ? left : left + ((at - begin) / (end - begin)) * (right - left));
  const points = priced.map(({ date, low, high, at }) => ({
    day: date,
    low,
    high,
    x: toX(isShort ? at : at + msPerDay / 2),
  }));
  return { plot, points };
}

function decimalsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
