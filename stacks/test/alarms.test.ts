import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { outside } from "../alarms/outside.ts";
import { synth } from "../synth.ts";
import { metricsOf, stateOf, type Template } from "./evaluate.ts";
import { read } from "./template.ts";
import { calledByName, lambdas, throttled, triggers } from "./triggers.ts";

const page = new URL("../../packages/docs/alarms.md", import.meta.url);
const made: Awaited<ReturnType<typeof synth>>[] = [];
let alarms: Map<string, Template>;
let budget: Template;
let dashboard: string;
beforeAll(async () => {
  // One after the other: SST keeps its project in a variable of the process.
  made.push(await synth("arm_64", undefined, false));
  vi.stubEnv("WEB_DOMAIN", "app.example.com");
  made.push(await synth("arm_64", (app) => void app.stack(outside), false));
  const [own, abroad] = made.map((each) => read(each).properties);
  const found = [...own!("alarms", "AWS::CloudWatch::Alarm"), ...abroad!("outside", "AWS::CloudWatch::Alarm")];
  alarms = new Map(found.map((alarm) => [alarm.AlarmName.replace("test-travel-conductor-", ""), alarm]));
  budget = own!("alarms", "AWS::Budgets::Budget")[0] as Template;
  dashboard = JSON.stringify(own!("alarms", "AWS::CloudWatch::Dashboard"));
}, 60_000);
afterAll(() => Promise.all(made.map(({ remove }) => remove())));

describe("each alarm rings when the product is in trouble", () => {
  test("and there is a trouble for each", () => {
    expect(Object.keys(triggers).sort()).toEqual([...alarms.keys()].sort());
  });

  test.each(Object.keys(triggers))("%s", async (name) => {
    const alarm = alarms.get(name) as Template;
    const data = await triggers[name]!();
    expect([name, data, stateOf(alarm, data)]).toEqual([name, data, "ALARM"]);
    const isSilenceBad = ["dueFaresWait", "flushLags", "notesWait", "probeFails"].includes(name);
    expect(stateOf(alarm, [])).toBe(isSilenceBad ? "ALARM" : "OK");
    expect(alarm.AlarmDescription).toBe(`packages/docs/alarms.md#${name.toLowerCase()}`);
  });

  test.each(calledByName)("%sFails rings when all calls are throttled, and not when some run", (id) => {
    const alarm = alarms.get(`${id}Fails`) as Template;
    expect([0, 1].map((ran) => stateOf(alarm, throttled(ran)))).toEqual(["ALARM", "OK"]);
  });

  test("and each Lambda has one of its own", () => {
    const functions = lambdas.map((id) => {
      const { Metrics, ...alarm } = alarms.get(`${id}Fails`) as Template;
      const metric = Metrics?.find((each: Template) => each.MetricStat).MetricStat.Metric ?? alarm;
      return JSON.stringify(metric.Dimensions);
    });
    expect(new Set(functions).size).toBe(lambdas.length);
  });
});

test("the bill is told of at 80 % and all of what is expected, and when the month will end above it", () => {
  const { Amount } = budget.Budget.BudgetLimit;
  const rings = (type: string, dollars: number) =>
    budget.NotificationsWithSubscribers.filter(
      ({ Notification }: Template) =>
        Notification.NotificationType === type && (100 * dollars) / Amount > Notification.Threshold,
    ).length;
  expect([Amount, rings("ACTUAL", 32), rings("ACTUAL", 33), rings("ACTUAL", 41), rings("FORECASTED", 41)]).toEqual([
    ...[40, 0, 1, 2, 1],
  ]);
  for (const { Subscribers } of budget.NotificationsWithSubscribers)
    expect(Subscribers).toEqual([{ SubscriptionType: "SNS", Address: { Ref: expect.stringMatching(/^alarms/) } }]);
});

test("the dashboard shows each service level and its error budget", () => {
  for (const name of ["SignInsMissed", "SearchesMissed", "AlertsLate"]) expect(dashboard).toContain(name);
  expect(dashboard.match(/error budget left/g)).toHaveLength(3);
});

describe("the page on alarms", () => {
  test("has one section for each alarm, which says what people feel and what to do", async () => {
    const text = await readFile(page, "utf8");
    const sections = text.split(/^### /m).slice(1);
    const names = sections.map((section) => section.slice(0, section.indexOf("\n")).trim());
    expect(names.toSorted()).toEqual([...alarms.keys(), "bill"].sort());
    for (const section of sections)
      for (const part of ["People feel", "It means", "Look first", "Do", "Over when"])
        expect(section, `${part} in ${section.slice(0, 20)}`).toContain(`- **${part}:** `);
  });

  test("says how many metrics the alarms look at, for which each is billed", async () => {
    const count = [...alarms.values()].reduce((sum, alarm) => sum + metricsOf(alarm), 0);
    expect(await readFile(page, "utf8")).toContain(
      `${alarms.size} alarms look at ${count} metrics: $${(count / 10).toFixed(2)} a month`,
    );
  });
});
