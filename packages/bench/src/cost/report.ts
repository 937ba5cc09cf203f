import {
  type Amounts,
  add,
  assumptions,
  awake,
  emptyReceives,
  excess,
  gigabyte,
  type Item,
  items,
  monthDays,
  priceOf,
  prices,
  total,
} from "./bill.ts";
import type { Day, Stage } from "./day.ts";
import type { Deployed } from "./deployed.ts";

/** What a stage was measured to use: amounts by action, and Postgres's time awake by action (ms). */
export type Measured = {
  stage: Stage;
  day: Day;
  byAction: Map<string, Amounts>;
  awake: Map<string, number>;
  metricHours: Map<string, number>;
};
/** A month of a stage: amounts by action, without what is fixed. */
export type Month = {
  name: string;
  people: number;
  byAction: Map<string, Amounts>;
  all: Amounts;
  awakeShare: number;
  cu: number;
  searches: number;
  swept: number;
  alerts: number;
  watches: number;
  fares: number;
};

export function measured(
  stage: Stage,
  day: Day,
  meter: {
    byAction: Map<string, Amounts>;
    asked: { at: number; action: string }[];
    metricHours: Map<string, Set<number>>;
  },
): Measured {
  return {
    stage,
    day,
    byAction: new Map([...meter.byAction].map(([action, amounts]) => [action, { ...amounts }])),
    awake: awake(meter.asked, assumptions.suspendMinutes.value * 60_000, day.end),
    metricHours: new Map([...meter.metricHours].map(([name, hours]) => [name, hours.size])),
  };
}

const sum = (values: Iterable<number>) => [...values].reduce((all, each) => all + each, 0);

/**
 * A month of a stage. What clocks take while nobody is there is as much for a part of the people as for all; what is
 * beyond counts for all that they stand for. Postgres's compute is twice as large as its processors were busy on average
 * while it was awake, so that peaks fit, and holds a quarter of the data in memory (4 GB each unit).
 */
export function monthOf(of: Measured, idle: Measured | undefined, deployed: Deployed): Month {
  const { stage, day } = of;
  const { share, days } = stage;
  const byAction = new Map<string, Amounts>();
  for (const [action, amounts] of of.byAction) {
    const base = share > 1 ? scaled(idle?.byAction.get(action) ?? {}, days / (idle?.stage.days ?? 1)) : {};
    const rest = add(amounts, base, -1);
    byAction.set(action, scaled(add(base, rest, share), monthDays / days));
  }
  const span = days * 86_400_000;
  const spent = sum(of.awake.values());
  const awakeShare = share > 1 ? 1 - (1 - spent / span) ** share : spent / span;
  const dataGb = (day.after.bytes + (share - 1) * grown(day)) / gigabyte;
  const busy = ((day.after.cpu - day.before.cpu) * share * 1_000) / (awakeShare * span);
  const cu = Math.max(assumptions.leastCu.value, 2 * busy, dataGb / 16);
  for (const [action, ms] of of.awake) {
    const hours = (ms / spent) * awakeShare * monthDays * 24;
    byAction.set(action, add(byAction.get(action) ?? {}, { postgresCuHours: hours * cu }));
  }
  const log = ((day.after.log - day.before.log) * share) / days / gigabyte;
  const kept: Amounts = {
    postgresGbMonths: dataGb,
    postgresHistoryGbMonths: log * historyDays,
    redisGbMonths: (day.redisBytes * share) / gigabyte,
    filesGbMonths: 0.05,
    queueRequests: deployed.queues.filter(({ isFifo }) => !isFifo).length * emptyReceives(),
    fifoRequests: deployed.queues.filter(({ isFifo }) => isFifo).length * emptyReceives(),
    // A metric is billed for the hours in which it is written. Those that alarms read are fixed.
    metrics: sum(
      [...of.metricHours]
        .filter(([name]) => !deployed.read.has(name.split(" ")[0]!))
        .map(([, hours]) => hours / (24 * days)),
    ),
  };
  byAction.set("kept and waiting", kept);
  const logs = sum([...byAction.values()].map(({ logGb = 0 }) => logGb));
  kept.logGbMonths = logs;
  return {
    name: stage.name,
    people: stage.people * share,
    byAction,
    all: [...byAction.values()].reduce<Amounts>((all, each) => add(all, each), {}),
    awakeShare,
    cu,
    searches: (sum(day.searches.values()) * share * monthDays) / days,
    swept:
      (sum([...day.searches].filter(([action]) => /sweep/.test(action)).map(([, count]) => count)) *
        share *
        monthDays) /
      days,
    alerts: (day.alerts * share * monthDays) / days,
    watches: day.watches * share,
    fares: day.fares * share,
  };
}

/** Days of history that can be restored. */
const historyDays = 7;
/** What the people and their watches take in the database, in bytes. */
const grown = (day: Day) => Math.max(0, day.after.bytes - day.emptyBytes);

function scaled(amounts: Amounts, times: number): Amounts {
  return add({}, amounts, times);
}

const dollars = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);

/** The bill of each stage by what is billed, a table in Markdown. */
export function serviceTable(months: Month[]): string {
  const rows = items
    .filter((item) => months.some(({ all }) => priceOf(item, all[item] ?? 0, false) >= 0.005))
    .map((item) => [
      prices[item].name,
      ...months.map(({ all }) => `${amount(all[item] ?? 0)} = $${dollars(priceOf(item, all[item] ?? 0, false))}`),
    ]);
  const sums = (isFree: boolean) => months.map(({ all }) => `$${dollars(total(all, isFree))}`);
  return table(
    ["billed a month, by use", ...months.map(({ name }) => name)],
    [
      ...rows,
      ["**without free amounts**", ...sums(false)],
      ["**with those that never end**", ...sums(true)],
      [
        "each person",
        ...months.map((month) => (month.people > 0 ? `$${dollars(total(month.all, false) / month.people)}` : "–")),
      ],
      ["largest", ...months.map(largest)],
      ["Postgres is awake", ...months.map(({ awakeShare }) => `${(100 * awakeShare).toFixed(1)} %`)],
      ["its compute units", ...months.map(({ cu }) => cu.toFixed(2))],
      ["watches, fares", ...months.map(({ watches, fares }) => `${amount(watches)}, ${amount(fares)}`)],
      ["searches of the provider", ...months.map(({ searches }) => amount(searches))],
      ["alerts", ...months.map(({ alerts }) => amount(alerts))],
      [
        "searches of sweeps for each alert",
        ...months.map(({ swept, alerts }) => (alerts > 0 ? (swept / alerts).toFixed(1) : "–")),
      ],
    ],
  );
}

function largest({ all }: Month): string {
  const sorted = items.toSorted(
    (one, other) => priceOf(other, all[other] ?? 0, false) - priceOf(one, all[one] ?? 0, false),
  );
  return prices[sorted[0]!].name;
}

/** What is fixed, with and without what is free. */
export function fixedTable(fixed: Amounts): string {
  const rows = (Object.keys(fixed) as Item[])
    .filter((item) => (fixed[item] ?? 0) > 0)
    .map((item) => [
      prices[item].name,
      String(fixed[item]),
      ...[false, true].map((isFree) => `$${dollars(priceOf(item, fixed[item] ?? 0, isFree))}`),
    ]);
  const sums = [false, true].map((isFree) => `$${dollars(total(fixed, isFree))}`);
  return table(["fixed a month", "number", "without free amounts", "with them"], [...rows, ["**all**", "", ...sums]]);
}

/** What one of each action costs, without free amounts: all that its events took, and the time that they kept Postgres awake. */
export function actionTable(month: Month): string {
  const rows = [...month.byAction]
    .filter(([action]) => action !== "kept and waiting" && action !== "setup")
    .map(([action, amounts]) => ({ action, cost: total(amounts, false), amounts, count: amounts.lambdaRequests ?? 0 }))
    .toSorted((one, other) => other.cost - one.cost)
    .map(({ action, cost, amounts, count }) => {
      const parts = items.toSorted(
        (one, other) => priceOf(other, amounts[other] ?? 0, false) - priceOf(one, amounts[one] ?? 0, false),
      );
      return [
        action,
        amount(count),
        `$${dollars(cost)}`,
        count > 0 ? `$${((1_000 * cost) / count).toFixed(4)}` : "–",
        prices[parts[0]!].name,
      ];
    });
  const of = (pattern: RegExp) =>
    sum([...month.byAction].filter(([action]) => pattern.test(action)).map(([, amounts]) => total(amounts, false)));
  const watching = of(/^clock: sweep$/);
  const sending = of(/^an alert's letter/);
  return table(
    ["action", "calls a month", "costs a month", "a thousand calls", "largest part"],
    [
      ...rows,
      [
        "**a watch's month** (sweeps)",
        amount(month.watches),
        `$${dollars(watching)}`,
        `$${((1_000 * watching) / Math.max(1, month.watches)).toFixed(4)}`,
        "",
      ],
      [
        "**an alert sent** (sending)",
        amount(month.alerts),
        `$${dollars(sending)}`,
        `$${((1_000 * sending) / Math.max(1, month.alerts)).toFixed(4)}`,
        "",
      ],
    ],
  );
}

/** What a seller bills for searches: apart, because a stage may sell the simulated market. */
export function searchTable(months: Month[], ordersEach: number): string {
  return table(
    ["Duffel, apart", ...months.map(({ name }) => name)],
    [
      ["searches a month", ...months.map(({ searches }) => amount(searches))],
      [
        "orders that make them free",
        ...months.map(({ searches }) => amount(searches / assumptions.freeSearchesPerOrder.value)),
      ],
      [
        `excess at ${ordersEach} orders a person`,
        ...months.map(
          ({ searches, people }) =>
            `$${dollars(priceOf("excessSearches", excess(searches, people * ordersEach), false))}`,
        ),
      ],
    ],
  );
}

const amount = (value: number) =>
  value === 0 ? "0" : value >= 1_000 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}
