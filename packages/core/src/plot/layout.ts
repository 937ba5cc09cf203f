import { type Check as Priced, quartiles, type Step, steps, ticks } from "./scale.ts";

/** A check (UTC ms, minor units). A `ghost` is a price that the provider took back: it is marked, and joins no line. */
export type Check = Priced & { ghost?: boolean };

/** An alert that was sent (`told`), or that a rule would have given (`would`). */
export type Mark = { at: number; price: number; kind: "told" | "would" };

/** What is known of a price. Amounts are minor units, moments UTC ms; `decimals` are those of the currency. */
export type History = {
  title: string;
  currency: string;
  decimals: number;
  /** In order of time. */
  checks: Check[];
  alerts: Mark[];
  target?: number | null;
  /** The usual prices; the quartiles of the checks if it is left out. */
  usual?: { from: number; to: number } | null;
  /** The moments at which the watch was changed. */
  changes?: number[];
};

export type Size = { width: number; height: number; locale?: string };

/** The shapes of a plot in pixels from the upper left corner, ready to be drawn; labels are in the locale. */
export type Plot = {
  width: number;
  height: number;
  area: { left: number; top: number; right: number; bottom: number };
  x: { x: number; label: string }[];
  y: { y: number; label: string }[];
  /** The path of the prices: level between checks, broken where there was no price. */
  line: string;
  /** The range of the prices in each part of the line that stands for several checks. */
  spans: { x: number; width: number; y: number; height: number }[];
  /** The length of time (ms) that each point of the line stands for, of which it is the lowest price; 0 for single checks. */
  part: number;
  usual: { y: number; height: number } | null;
  target: { y: number; label: string } | null;
  alerts: { x: number; y: number; kind: Mark["kind"]; at: number; price: number }[];
  ghosts: { x: number; y: number }[];
  changes: number[];
};

const margins = { left: 10, top: 12, right: 72, bottom: 26 };
const msPerDay = 86_400_000;

/** Computes the shapes of a plot. Prices do not begin at zero: the axis covers the prices, the target and the usual. */
export function layOut(history: History, { width, height, locale = "en-GB" }: Size): Plot {
  const area = { left: margins.left, top: margins.top, right: width - margins.right, bottom: height - margins.bottom };
  const kept = history.checks.filter(({ ghost }) => !ghost);
  const ghosts = history.checks.flatMap(({ at, price, ghost }) => (ghost && price !== null ? [{ at, price }] : []));
  const prices = kept.flatMap(({ price }) => (price === null ? [] : [price]));
  const usual = history.usual === undefined ? quartiles(prices) : history.usual;
  const target = history.target ?? null;
  const { steps: found, part } = steps(kept);

  const values = [
    ...found.flatMap(({ low, high }) => [low, high]),
    ...[...ghosts, ...history.alerts].map(({ price }) => price),
    ...(usual ? [usual.from, usual.to] : []),
    ...(target === null ? [] : [target]),
  ];
  const [least, most] = values.length > 0 ? rangeOf(values) : [0, 1];
  const padding = Math.max(1, 0.03 * (most - least));
  const toY = scale(least - padding, most + padding, area.bottom, area.top);

  const moments = [
    ...history.checks.map(({ at }) => at),
    ...history.alerts.map(({ at }) => at),
    ...found.flatMap(({ from, until }) => [from, until]),
  ];
  const [begin, end] = moments.length > 0 ? rangeOf(moments) : [0, msPerDay];
  const toX = scale(begin, Math.max(end, begin + 1), area.left, area.right);

  const place = ({ at, price }: { at: number; price: number }) => ({ x: toX(at), y: toY(price) });
  const money = new Intl.NumberFormat(locale, { style: "currency", currency: history.currency });
  const amount = (minor: number) => money.format(minor / 10 ** history.decimals);
  return {
    width,
    height,
    area,
    x: dates(begin, end, locale, mostDates(area)).map(({ at, label }) => ({ x: toX(at), label })),
    y: values.length === 0 ? [] : ticks(least, most).map((price) => ({ y: toY(price), label: amount(price) })),
    line: pathOf(found, toX, toY),
    spans: part === 0 ? [] : found.map((step) => spanOf(step, toX, toY)),
    part,
    usual: usual && { y: toY(usual.to), height: round(toY(usual.from) - toY(usual.to)) },
    target: target === null ? null : { y: toY(target), label: amount(target) },
    alerts: history.alerts.map((mark) => ({ ...place(mark), ...mark })),
    ghosts: ghosts.map(place),
    changes: (history.changes ?? []).filter((at) => at >= begin && at <= end).map(toX),
  };
}

type Scale = (value: number) => number;

function scale(from: number, to: number, start: number, end: number): Scale {
  return (value) => round(start + ((value - from) / (to - from)) * (end - start));
}

const round = (pixels: number) => Math.round(pixels * 10) / 10;

/** Without spreading: there may be more values than a call takes arguments. */
function rangeOf(values: number[]): [least: number, most: number] {
  return values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
}

/** A step that begins where the one before ends goes on from it; else the line begins anew. */
function pathOf(found: Step[], toX: Scale, toY: Scale): string {
  return found
    .map(({ from, until, low }, index) => {
      const joined = index > 0 && found[index - 1]?.until === from;
      return `${joined ? "L" : "M"}${toX(from)} ${toY(low)}H${toX(until)}`;
    })
    .join("");
}

function spanOf({ from, until, low, high }: Step, toX: Scale, toY: Scale): Plot["spans"][number] {
  const middle = toX((from + until) / 2);
  return { x: round(middle - 1), width: 2, y: toY(high), height: round(toY(low) - toY(high)) };
}

/** Labels of days need this room (pixels); more than seven are not read. */
const mostDates = ({ left, right }: Plot["area"]) => Math.max(2, Math.min(7, Math.floor((right - left) / 60)));

/** Up to `most` days (UTC) at equal distances. */
function dates(begin: number, end: number, locale: string, most: number): { at: number; label: string }[] {
  const first = Math.ceil(begin / msPerDay);
  const count = Math.floor(end / msPerDay) - first + 1;
  const text = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  if (count < 1) return [{ at: begin, label: text.format(begin) }];
  const every = Math.ceil(count / most);
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => {
    const at = (first + index * every) * msPerDay;
    return { at, label: text.format(at) };
  });
}
