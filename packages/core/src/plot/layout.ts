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
  /** The span of time (UTC ms) from the left to the right edge of the area. */
  from: number;
  until: number;
  area: { left: number; top: number; right: number; bottom: number };
  x: { x: number; label: string }[];
  y: { y: number; label: string }[];
  /** The path of the prices: level between checks, broken where there was no price. */
  line: string;
  /** The last price, and each that stands alone and so has no line. */
  dots: { x: number; y: number }[];
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

const margins = { left: 10, top: 12, right: 16, bottom: 26 };
/** A sign of a label is at most this wide (pixels, 13 px high); of the whole width the amounts take no more than a third. */
const signWidth = 7.5;
const msPerDay = 86_400_000;

/** Computes the shapes of a plot. Prices do not begin at zero: the axis covers the prices, the target and the usual. */
export function layOut(history: History, { width, height, locale = "en-GB" }: Size): Plot {
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
  const amounts = values.length === 0 ? [] : amountsOf(ticks(least, most), history, locale);
  const widest = amounts.reduce((one, { label }) => Math.max(one, label.length), 0) * signWidth;
  const right = width - margins.right - Math.min(widest, width / 3);
  const area = { left: margins.left, top: margins.top, right, bottom: height - margins.bottom };
  const padding = Math.max(1, 0.03 * (most - least));
  const toY = scale(least - padding, most + padding, area.bottom, area.top);

  const moments = [
    ...history.checks.map(({ at }) => at),
    ...history.alerts.map(({ at }) => at),
    ...found.flatMap(({ from, until }) => [from, until]),
  ];
  const [first, last] = moments.length > 0 ? rangeOf(moments) : [0, msPerDay];
  // A single moment stands in the middle of a day.
  const [begin, end] = first === last ? [first - msPerDay / 2, last + msPerDay / 2] : [first, last];
  const toX = scale(begin, end, area.left, area.right);

  const place = ({ at, price }: { at: number; price: number }) => ({ x: toX(at), y: toY(price) });
  const [aim] = target === null ? [] : amountsOf([target], history, locale);
  return {
    width,
    height,
    from: begin,
    until: end,
    area,
    x: dates(begin, end, locale, mostDates(area)).map(({ at, label }) => ({ x: toX(at), label })),
    y: amounts.map(({ minor, label }) => ({ y: toY(minor), label })),
    line: pathOf(found, toX, toY),
    dots: found
      .filter(({ until }, index) => index === found.length - 1 || toX(until) === toX(found[index]!.from))
      .map(({ until, low }) => ({ x: toX(until), y: toY(low) })),
    spans: part === 0 ? [] : found.map((step) => spanOf(step, toX, toY)),
    part,
    usual: usual && { y: toY(usual.to), height: round(toY(usual.from) - toY(usual.to)) },
    target: aim ? { y: toY(aim.minor), label: aim.label } : null,
    alerts: history.alerts.map((mark) => ({ ...place(mark), ...mark })),
    ghosts: ghosts.map(place),
    changes: (history.changes ?? []).filter((at) => at >= begin && at <= end).map(toX),
  };
}

/** Amounts (minor units) as the locale writes them, without decimals where none of them has any. */
export function amountsOf(
  minors: number[],
  { currency, decimals }: Pick<History, "currency" | "decimals">,
  locale: string,
) {
  const isWhole = minors.every((minor) => minor % 10 ** decimals === 0);
  const money = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    ...(isWhole ? { maximumFractionDigits: 0 } : {}),
  });
  return minors.map((minor) => ({ minor, label: money.format(minor / 10 ** decimals) }));
}

type Scale = (value: number) => number;

export function scale(from: number, to: number, start: number, end: number): Scale {
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

/** Labels of days need this room (pixels), also where the first stands at the edge; more than seven are not read. */
const mostDates = ({ left, right }: Plot["area"]) => Math.max(2, Math.min(7, Math.floor((right - left) / 78)));

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
