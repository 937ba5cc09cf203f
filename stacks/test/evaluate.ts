import { env } from "@travel-conductor/core/base/env";
import { vi } from "vitest";

/** One value of a metric, with its dimensions in part: of a name that CloudFormation gives, a piece of it is enough. */
export type Datum = { namespace: string; name: string; by?: Record<string, string>; value: number };

// biome-ignore lint/suspicious/noExplicitAny: a template has no types.
export type Template = Record<string, any>;

/** The values that `work` writes to the log as metrics, as it would in the stage `test`. */
export async function emitted(work: () => Promise<unknown>): Promise<Datum[]> {
  const lines: string[] = [];
  const keep = (line: unknown) => lines.push(...String(line).split("\n")) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(keep));
  try {
    env.SST_STAGE = "test";
    await work();
  } finally {
    delete env.SST_STAGE;
    for (const spy of spies) spy.mockRestore();
  }
  return lines.flatMap((line) => (line.startsWith('{"_aws"') ? toData(JSON.parse(line)) : []));
}

/** What CloudWatch makes of a line in the embedded metric format. */
function toData(line: Record<string, unknown>): Datum[] {
  const { CloudWatchMetrics } = line._aws as {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.map(({ Name }) => ({
      namespace: Namespace,
      name: Name,
      by: Object.fromEntries((Dimensions[0] ?? []).map((name) => [name, String(line[name])])),
      value: Number(line[Name]),
    })),
  );
}

const statistics: Record<string, (values: number[]) => number> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  p99: (values) => values.toSorted((one, other) => one - other)[Math.ceil(0.99 * values.length) - 1] ?? Number.NaN,
};

type Stated = { namespace: string; name: string; dimensions?: { Name: string; Value: unknown }[]; statistic: string };

/** The value of a metric in a period in which these values came; undefined without any. */
function measure({ namespace, name, dimensions = [], statistic }: Stated, data: Datum[]): number | undefined {
  const values = data
    .filter((each) => each.namespace === namespace && each.name === name)
    .filter(({ by = {} }) => {
      const isSame = Object.keys(by).length === dimensions.length;
      return isSame && dimensions.every(({ Name, Value }) => isIn(Value, by[Name]));
    })
    .map(({ value }) => value);
  const apply = statistics[statistic];
  if (!apply) throw new Error(`the statistic ${statistic} is not known`);
  return values.length === 0 ? undefined : apply(values);
}

const isIn = (stated: unknown, given: string | undefined) =>
  given !== undefined && (stated === given || (typeof stated === "object" && JSON.stringify(stated).includes(given)));

/** CloudWatch's metric math, as far as the alarms use it. A value that is missing makes the result missing. */
function calculate(expression: string, values: Record<string, number | undefined>): number | undefined {
  const functions = {
    IF: (holds: boolean, one: number, other: number) => (holds ? one : other),
    FILL: (value: number | undefined, fill: number) => value ?? fill,
    MAX: (list: number[]) => Math.max(...list),
  };
  const names = [...Object.keys(functions), ...Object.keys(values)];
  const result = new Function(...names, `return ${expression}`)(...Object.values(functions), ...Object.values(values));
  return Number.isNaN(result) ? undefined : result;
}

/** What an alarm of a template says when each of its periods had these values. */
export function stateOf(alarm: Template, data: Datum[]): "ALARM" | "OK" {
  const value = alarm.Metrics ? ofMath(alarm.Metrics, data) : measure(toStated(alarm), data);
  if (value === undefined) return alarm.TreatMissingData === "breaching" ? "ALARM" : "OK";
  const isBeyond =
    alarm.ComparisonOperator === "LessThanOrEqualToThreshold" ? value <= alarm.Threshold : value >= alarm.Threshold;
  return isBeyond ? "ALARM" : "OK";
}

const toStated = ({ Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic }: Template): Stated => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Dimensions,
  statistic: Statistic ?? ExtendedStatistic,
});

function ofMath(metrics: Template[], data: Datum[]): number | undefined {
  const values = metrics.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [[Id, measure(toStated({ ...MetricStat.Metric, Statistic: MetricStat.Stat }), data)]] : [],
  );
  const { Expression } = metrics.find((each) => each.Expression !== undefined) as Template;
  return calculate(Expression, Object.fromEntries(values));
}

/** The number of metrics that an alarm is billed for. */
export const metricsOf = (alarm: Template): number =>
  alarm.Metrics ? alarm.Metrics.filter((each: Template) => each.MetricStat).length : 1;
