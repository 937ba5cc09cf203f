import { type History, layOut, type Mark, type Plot } from "@travel-conductor/core/plot";
import type { Day } from "../data/watches.ts";
import type { Money } from "../words/format.ts";

const msPerDay = 86_400_000;
/** The longest span whose days are drawn by their lowest price alone. */
const shortSpan = 14;

/** `would`: one that rules would have given, had they been there. */
export type Alert = { at: string; price: Money; kind?: Mark["kind"] };
export type Band = { lower: Money; upper: Money } | null;

/** One day with a price, as the keyboard and the pointer choose it. */
export type Point = { day: string; low: Money; high: Money; x: number };

type Drawn = Pick<Day, "date" | "low" | "high"> & Partial<Pick<Day, "ghost">>;

/** What is drawn: the shapes, and the days with their places, oldest first. */
export function drawn(
  days: Drawn[],
  {
    currency,
    locale,
    target,
    band,
    alerts,
    changes = [],
  }: { currency: string; locale: string; target: Money | null; band: Band; alerts: Alert[]; changes?: string[] },
  size: { width: number; height: number },
): { plot: Plot; points: Point[] } {
  const decimals = decimalsOf(currency);
  const toMinor = ({ amount }: Money) => Math.round(Number(amount) * 10 ** decimals);
  const priced = days
    .flatMap(({ date, low, high }) => (low && high ? [{ date, low, high, at: Date.parse(date) }] : []))
    .sort((one, other) => one.at - other.at);
  const span = (priced.at(-1)?.at ?? 0) - (priced[0]?.at ?? 0);
  const isShort = span <= shortSpan * msPerDay;
  const ghosts = days.flatMap(({ date, ghost }) => (ghost ? [{ date, ghost }] : []));
  const checks = isShort
    ? days.map(({ date, low }) => ({ at: Date.parse(date), price: low && toMinor(low) }))
    : priced.flatMap(({ at, low, high }) => [
        { at, price: toMinor(low) },
        { at: at + msPerDay / 2, price: toMinor(high) },
      ]);
  const taken = ghosts.map(({ date, ghost }) => ({ at: Date.parse(date), price: toMinor(ghost), ghost: true }));
  const history: History = {
    title: "",
    currency,
    decimals,
    checks: [...checks, ...taken].sort((one, other) => one.at - other.at),
    // Where a day is a point, its alert stands under it.
    alerts: alerts.map(({ at, price, kind = "told" }) => ({
      at: Date.parse(isShort ? at.slice(0, 10) : at),
      price: toMinor(price),
      kind,
    })),
    target: target && toMinor(target),
    usual: band && { from: toMinor(band.lower), to: toMinor(band.upper) },
    changes: changes.map((at) => Date.parse(at)),
  };
  const plot = layOut(history, { ...size, locale });
  const { left, right } = plot.area;
  const toX = (at: number) => left + ((at - plot.from) / (plot.until - plot.from)) * (right - left);
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
