import { amountsOf, scale } from "./layout.ts";
import { ticks } from "./scale.ts";

/** A group of prices in minor units: half of them lie between `lower` and `upper`. */
export type Range = { label: string; lower: number; median: number; upper: number };
export type Ranges = { ranges: Range[]; currency: string; decimals: number };

/** The shapes of ranges beside each other in pixels from the upper left corner; amounts are in the locale. */
export type RangePlot = {
  width: number;
  height: number;
  area: { left: number; top: number; right: number; bottom: number };
  y: { y: number; label: string }[];
  bars: { x: number; width: number; y: number; height: number; median: number; middle: number; label: string }[];
};

const margins = { left: 8, top: 12, right: 64, bottom: 26 };
/** The widest bar (pixels), and the part of its place that it takes at most. */
const widest = { pixels: 48, share: 0.6 };

/** Computes the shapes of ranges. The axis covers the ranges and does not begin at zero. */
export function layOutRanges(
  { ranges, ...money }: Ranges,
  { width, height, locale }: { width: number; height: number; locale: string },
): RangePlot {
  const area = {
    left: margins.left,
    top: margins.top,
    right: width - margins.right,
    bottom: height - margins.bottom,
  };
  const least = Math.min(...ranges.map(({ lower }) => lower));
  const most = Math.max(...ranges.map(({ upper }) => upper));
  const padding = Math.max(1, 0.05 * (most - least));
  const toY = scale(least - padding, most + padding, area.bottom, area.top);
  const place = (area.right - area.left) / ranges.length;
  const wide = Math.round(Math.min(widest.pixels, widest.share * place));
  return {
    ...{ width, height, area },
    y: amountsOf(ticks(least, most), money, locale).map(({ minor, label }) => ({ y: toY(minor), label })),
    bars: ranges.map(({ label, lower, median, upper }, index) => {
      const middle = Math.round(area.left + (index + 0.5) * place);
      const y = toY(upper);
      return {
        x: middle - wide / 2,
        width: wide,
        y,
        height: Math.max(2, toY(lower) - y),
        median: toY(median),
        middle,
        label,
      };
    }),
  };
}
