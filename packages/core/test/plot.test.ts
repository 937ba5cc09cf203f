import { expect, test } from "vitest";
import { type History, layOut, picture, quartiles, steps, ticks } from "../src/plot.ts";

const day = 86_400_000;
const start = Date.UTC(2026, 1, 1);
const size = { width: 700, height: 300 };

function history(prices: (number | null)[], every: number, over: Partial<History> = {}): History {
  const checks = prices.map((price, index) => ({ at: start + index * every, price }));
  return { title: "STN-BGY", currency: "GBP", decimals: 2, checks, alerts: [], ...over };
}

test("a price holds until the next check, and the line breaks where there was none", () => {
  const { line, part } = layOut(history([2000, 3000, null, 2500, 2500], day), size);
  expect(part).toBe(0);
  expect(line.match(/M/g)).toHaveLength(2);
  // Level until the next check, then straight up.
  const [, x = "", next = ""] = /^M10 [\d.]+H([\d.]+)L([\d.]+) /.exec(line) ?? [];
  expect(next).toBe(x);
});

test("more than 14 days are drawn by day, as the lowest of each, with a break where a day has no price", () => {
  const { checks } = history([...Array(40).fill(2000), ...Array(4).fill(null), ...Array(40).fill(2500)], day / 4);
  checks[1] = { ...checks[1]!, price: 1500 };
  const { steps: found, part } = steps(checks);
  expect(part).toBe(day);
  expect(found[0]).toEqual({ from: start, until: start + day, low: 1500, high: 2000 });
  expect(found).toHaveLength(20);
  expect(layOut(history([], 1, { checks }), size).line.match(/M/g)).toHaveLength(2);
});

test.each([
  [500, 60_000],
  [2_000, 600_000],
  [20_000, 60_000],
  [900, day],
  [100_000, 3_600_000],
])("%i checks every %i ms are at most 400 points", (count, every) => {
  const { steps: found } = steps(history(Array(count).fill(2000), every).checks);
  expect(found.length).toBeLessThanOrEqual(400);
  expect(found.length).toBeGreaterThan(8);
});

test("the axis covers the prices, the target and the usual, with three to ten round amounts", () => {
  const plot = layOut(history([2000, 3000], day, { target: 900, usual: { from: 2500, to: 6000 } }), size);
  expect(plot.target!.y).toBeLessThan(plot.area.bottom);
  expect(plot.usual!.y).toBeGreaterThan(plot.area.top);
  expect(plot.y.map(({ label }) => label)).toEqual(["£20", "£40", "£60"]);
  for (const [from, to] of [
    [0, 1],
    [7, 7],
    [1999, 2001],
    [12, 99_999_999],
    [2199, 3099],
  ] as const) {
    const found = ticks(from, to);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(11);
    expect(found.every((tick) => tick >= from && tick <= to)).toBe(true);
  }
});

test("one price beside a target is seen, between the edges and between the lines", () => {
  const plot = layOut(history([24_650], day, { currency: "USD", target: 24_000, usual: null }), size);
  const { left, right, top, bottom } = plot.area;
  expect(plot.dots).toHaveLength(1);
  const [dot] = plot.dots;
  expect(dot!.x).toBe((left + right) / 2);
  expect(dot!.y).toBeGreaterThan(top);
  expect(dot!.y).toBeLessThan(plot.target!.y);
  expect(plot.target!.y).toBeLessThan(bottom);
});

test("the last price is a dot at the end of its line", () => {
  const { dots, line } = layOut(history([2000, null, null, 2500, 2600, null], day / 4), size);
  expect(dots).toHaveLength(1);
  expect(line.endsWith(`${dots[0]!.y}H${dots[0]!.x}`)).toBe(true);
});

test.each([
  ["en-GB", "USD", 2, [24_000, 24_950]],
  ["en-US", "USD", 2, [1_234_567_890_12, 1_234_567_999_12]],
  ["de-DE", "CHF", 2, [99_950, 120_050]],
  ["ar-EG", "KWD", 3, [99_950, 120_050]],
] as const)("amounts in %s and %s have room beside the picture", (locale, currency, decimals, prices) => {
  for (const width of [300, 700]) {
    const plot = layOut(history([...prices], day, { currency, decimals }), { width, height: 220, locale });
    const widest = Math.max(...plot.y.map(({ label }) => label.length));
    expect(width - plot.area.right).toBeGreaterThanOrEqual(Math.min(widest * 7, width / 3));
    expect(plot.area.right - plot.area.left).toBeGreaterThan(width / 2);
  }
});

test("ghosts and alerts are marked where they were, and a ghost joins no line", () => {
  const checks = [2000, 300, 2100].map((price, index) => ({ at: start + index * day, price, ghost: index === 1 }));
  const alerts = [{ at: start, price: 2000, kind: "told" as const }];
  const plot = layOut(history([], day, { checks, alerts }), size);
  expect(plot.ghosts).toHaveLength(1);
  expect(plot.line.match(/[ML]/g)).toEqual(["M", "L"]);
  expect(plot.alerts[0]).toMatchObject({ x: plot.area.left, kind: "told" });
});

test("nothing recorded, one check and one price are pictures without a fault", () => {
  for (const prices of [[], [null], [2000], [2000, 2000], Array(30).fill(null)]) {
    const text = picture([history(prices, day)]);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test("a picture holds each history with its title and a sentence, escaped", () => {
  const text = picture([
    history([2000, 1000], day, { title: `<b> & "x"` }),
    history([7110], day, { currency: "JPY", decimals: 0 }),
  ]);
  expect(text).toContain("&lt;b&gt; &amp; &quot;x&quot;");
  expect(text).not.toContain("<b>");
  expect(text).toContain("2 checks, GBP 10.00 to GBP 20.00, 0 alerts.");
  expect(text).toContain("JPY 7110");
  expect(text).not.toMatch(/ style="/);
});

test("quartiles are by nearest rank, from four prices on", () => {
  expect(quartiles([1, 2, 3])).toBeNull();
  expect(quartiles([40, 10, 30, 20])).toEqual({ from: 10, to: 30 });
});
