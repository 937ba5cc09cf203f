import { exponent, toInfo } from "@travel-conductor/core/base/money";
import * as Plot from "@travel-conductor/core/plot";
import type { Fault, Recorded } from "@travel-conductor/core/replay";
import { type Rules, targetOf } from "./rules.ts";
import type { ReplayedAlert } from "./run.ts";

const ruleNames = ["target", "drop", "new_low", "route_low"];

/** The most watches of a picture: those with the most alerts. */
export const maxPlots = 40;

type Row = (string | number)[];

/** One line per watch: its checks, those with a price, the lowest price, the alerts, and how many named each rule. */
export function byWatch(recorded: Recorded[], alerts: ReplayedAlert[], rules: Rules): string {
  const names = rulesOf(rules);
  const rows = recorded.map((watch): Row => {
    const prices = pricesOf(watch);
    const own = alerts.filter((alert) => alert.watch === watch.name);
    const lowest = prices.length > 0 ? amountOf(least(prices), watch.currency) : "-";
    return [
      watch.name,
      watch.checks.length,
      prices.length,
      lowest,
      own.length,
      ...names.map((rule) => naming(own, rule)),
    ];
  });
  return table([
    ["watch", "checks", "priced", "lowest", "alerts", ...names],
    ...rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  ]);
}

/** One line per rule: the alerts that name it, the watches they are of, and the lowest price of them. */
export function byRule(recorded: Recorded[], alerts: ReplayedAlert[], rules: Rules): string {
  const currencies = new Map(recorded.map(({ name, currency }) => [name, currency]));
  const lowest = (own: ReplayedAlert[]) => {
    const found = new Set(own.map(({ watch }) => currencies.get(watch) ?? ""));
    const [currency, ...others] = found;
    if (!currency) return "-";
    return others.length > 0 ? "several currencies" : amountOf(least(own.map(({ price }) => price)), currency);
  };
  const rows = rulesOf(rules).map((rule): Row => {
    const own = alerts.filter((alert) => alert.rules.includes(rule));
    return [rule, own.length, new Set(own.map(({ watch }) => watch)).size, lowest(own)];
  });
  return table([["rule", "alerts", "watches", "lowest"], ...rows]);
}

const naming = (alerts: ReplayedAlert[], rule: string) => alerts.filter(({ rules }) => rules.includes(rule)).length;
const pricesOf = ({ checks }: Recorded) => checks.flatMap(({ price }) => (price === null ? [] : [price]));
const least = (prices: number[]) => prices.reduce((one, other) => Math.min(one, other));

/** The rules that are on; the drop always is. */
function rulesOf({ target, newLow, routeLow }: Rules): string[] {
  const off = { target: target === null, new_low: !newLow, route_low: !routeLow };
  return ruleNames.filter((name) => !off[name as keyof typeof off]);
}

function amountOf(minor: number, currency: string): string {
  const { amount } = toInfo(minor, currency);
  return `${amount} ${currency}`;
}

/** Aligns columns: the first to the left, the others to the right. */
function table(rows: Row[]): string {
  const cells = rows.map((row) => row.map(String));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[0] ?? 0))).join("  "),
    )
    .join("\n");
}

/** `line 7: price "£12" is not surely an amount in GBP`, a line for each. */
export function report(faults: Fault[]): string {
  return faults.map(({ number, reason }) => `line ${number}: ${reason}\n`).join("");
}

/** A picture (SVG) of the watches with the most alerts, by name. */
export function draw(recorded: Recorded[], alerts: ReplayedAlert[], rules: Rules): string {
  const marks = new Map<string, Plot.Mark[]>();
  for (const { watch, at, price } of alerts) {
    const own = marks.get(watch) ?? [];
    own.push({ at: Date.parse(at), price, kind: "told" });
    marks.set(watch, own);
  }
  const count = ({ name }: Recorded) => marks.get(name)?.length ?? 0;
  const chosen = recorded
    .toSorted((a, b) => count(b) - count(a) || (a.name < b.name ? -1 : 1))
    .slice(0, maxPlots)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return Plot.picture(
    chosen.map(({ name, currency, checks }) => ({
      title: name,
      currency,
      decimals: exponent(currency),
      checks,
      alerts: marks.get(name) ?? [],
      target: targetOf(rules, currency) ?? null,
    })),
  );
}
