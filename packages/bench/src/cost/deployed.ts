import { synth } from "../../../../stacks/synth.ts";
import type { Amounts } from "./bill.ts";
import { minutesOf } from "./schedule.ts";

/** A Lambda that a clock calls: the file of its handler in packages/functions/src, its memory, and minutes between calls. */
type Clock = { handler: string; memory: number; minutes: number };
/** What is deployed, as far as it is billed. `queues` are those that a Lambda reads, by their handler. */
export type Deployed = {
  clocks: Clock[];
  queues: { handler: string; memory: number; batch: number; isFifo: boolean }[];
  /** The Lambdas that are called without waiting for them, by their handler. */
  hurried: { handler: string; memory: number }[];
  api: { memory: number };
  /** What each month has without any use. */
  fixed: Amounts;
  /** Metrics of our own that an alarm reads, by name. */
  read: Set<string>;
};

// biome-ignore lint/suspicious/noExplicitAny: a template has no types.
type Resource = { Type: string; Properties: any };

/** Reads what is deployed from the templates that a deploy would send. */
export async function readDeployed(): Promise<Deployed> {
  const { templates, remove } = await synth(process.arch === "arm64" ? "arm_64" : "x86_64");
  await remove();
  const stacks = Object.values(templates).map(
    (template) => template.toJSON().Resources as unknown as Record<string, Resource>,
  );
  const of = (type: string) =>
    stacks.flatMap((resources) =>
      Object.values(resources)
        .filter((each) => each.Type === type)
        .map((each) => ({ ...each, resources })),
    );
  const describe = ({ Handler, MemorySize }: Resource["Properties"]) => ({
    handler: Handler.replace(/^.*\/src\/|\.handler$/g, "") as string,
    memory: Number(MemorySize),
  });
  const lambdaOf = (resources: Record<string, Resource>, id: string) => describe(resources[id]!.Properties);
  const clocks = of("AWS::Events::Rule").map(({ resources, Properties }) => ({
    ...lambdaOf(resources, Properties.Targets[0].Arn["Fn::GetAtt"][0]),
    minutes: minutesOf(Properties.ScheduleExpression),
  }));
  const queues = of("AWS::Lambda::EventSourceMapping").map(({ resources, Properties }) => {
    const queue = resources[Properties.EventSourceArn["Fn::GetAtt"][0]];
    return {
      ...lambdaOf(resources, Properties.FunctionName.Ref),
      batch: Number(Properties.BatchSize),
      isFifo: queue?.Properties.FifoQueue === true,
    };
  });
  const hurried = of("AWS::Lambda::Function")
    .filter(({ Properties }) => /\/src\/hurried\//.test(Properties.Handler))
    .map(({ Properties }) => describe(Properties));
  const [answer] = of("AWS::Lambda::Function").filter(({ Properties }) => /\/api\/lambda\./.test(Properties.Handler));
  const alarms = of("AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);
  const metrics = alarms.flatMap((alarm) =>
    alarm.MetricName ? [alarm] : alarm.Metrics.flatMap((each: { MetricStat?: object }) => each.MetricStat ?? []),
  );
  const own = metrics.map((each) => each.Metric ?? each).filter(({ Namespace }) => !/^AWS\//.test(Namespace));
  const lists = of("AWS::WAFv2::WebACL");
  return {
    clocks,
    queues,
    hurried,
    api: { memory: Number(answer!.Properties.MemorySize) },
    read: new Set(own.map(({ MetricName }) => MetricName as string)),
    fixed: {
      alarms: metrics.length,
      metrics: new Set(own.map(({ MetricName, Dimensions }) => MetricName + JSON.stringify(Dimensions ?? []))).size,
      keys: of("AWS::KMS::Key").length,
      dashboards: of("AWS::CloudWatch::Dashboard").length,
      zones: 1,
      wafLists: lists.length,
      wafRules: lists.reduce((sum, { Properties }) => sum + Properties.Rules.length, 0),
    },
  };
}
