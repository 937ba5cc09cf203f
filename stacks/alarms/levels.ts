import type { Maker } from "./alarm.ts";

/**
 * The service levels: which part of `good` and `bad` together is to be good within 30 days. The rest of it is the error
 * budget. docs/alarms.md says what counts.
 */
export const levels = [
  { id: "signIn", title: "Sign-in", target: 0.999, good: "SignInsServed", bad: "SignInsMissed" },
  { id: "search", title: "Search", target: 0.99, good: "SearchesServed", bad: "SearchesMissed" },
  { id: "alert", title: "Alert within two minutes", target: 0.99, good: "AlertsInTime", bad: "AlertsLate" },
] as const;

/**
 * How fast the error budget may go: at this many times the speed at which it would last for 30 days. Fast is 2 % of it
 * in an hour, slow 5 % in six hours (Google's SRE workbook, "Alerting on SLOs").
 */
const speeds = [
  { name: "Fast", hours: 1, times: 14.4 },
  { name: "Slow", hours: 6, times: 6 },
];

/** So few are no sign: one failure of five is 20 %, and no reason to wake a person. */
const least = 10;

/** Two alarms for each level, on the speed at which its error budget goes. */
export function levelAlarms({ alarmOn, ownMetric, math }: Maker): void {
  for (const { id, target, good, bad } of levels)
    for (const { name, hours, times } of speeds) {
      const minutes = hours * 60;
      const counts = { good: ownMetric(good, minutes, "Sum"), bad: ownMetric(bad, minutes, "Sum") };
      const all = "(FILL(good, 0) + FILL(bad, 0))";
      const budget = Number((1 - target).toFixed(6));
      const burn = math(`IF(${all} >= ${least}, FILL(bad, 0) / ${all} / ${budget}, 0)`, minutes, counts);
      alarmOn(`${id}Burns${name}`, burn, { threshold: times });
    }
}
