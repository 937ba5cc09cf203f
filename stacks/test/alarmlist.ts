/**
 * The threshold of each alarm, and the number and length (seconds) of its periods; with `silence` a missing value also
 * counts as breaching.
 */
const silence = "breaching";
export const alarms = [
  { name: "answersFail", threshold: 2, periods: 2, period: 300 },
  { name: "answersSlow", threshold: 8_000, periods: 3, period: 300 },
  { name: "signInsFail", threshold: 80, periods: 1, period: 900 },
  ...["signIn", "search", "alert"].flatMap((level) => [
    { name: `${level}BurnsFast`, threshold: 14.4, periods: 1, period: 3600 },
    { name: `${level}BurnsSlow`, threshold: 6, periods: 1, period: 21_600 },
  ]),
  { name: "alertsGivenUp", metric: "AlertsGivenUp", threshold: 3, periods: 1, period: 3600 },
  { name: "lettersGivenUp", metric: "LettersGivenUp", threshold: 10, periods: 1, period: 3600 },
  { name: "queueWaits", threshold: 900, periods: 2, period: 300 },
  { name: "refreshDead", threshold: 1, periods: 1, period: 300 },
  { name: "feedbackDead", threshold: 1, periods: 1, period: 300 },
  { name: "paymentsDue", metric: "BookingsPaymentDue", threshold: 1, periods: 1, period: 900 },
  { name: "refundsFailed", metric: "BookingsRefundFailed", threshold: 1, periods: 1, period: 900 },
  { name: "ordersAbsent", metric: "BookingsAbsent", threshold: 1, periods: 1, period: 900 },
  { name: "ordersFoundLate", metric: "BookingsFoundLate", threshold: 1, periods: 1, period: 900 },
  { name: "mailBounces", threshold: 0.03, periods: 1, period: 3600 },
  { name: "mailComplaints", threshold: 0.0005, periods: 1, period: 3600 },
  { name: "messagesWait", metric: "OldestMessageAge", threshold: 600, periods: 2, period: 300 },
  { name: "dueFaresWait", metric: "OldestDueAge", threshold: 1800, periods: 2, period: 300, silence },
  { name: "providerMissing", metric: "ProviderMissing", threshold: 1, periods: 1, period: 300 },
  { name: "providerFails", metric: "BreakerOpen", threshold: 1, periods: 2, period: 300 },
  { name: "budgetSpent", metric: "BudgetUsed", threshold: 80, periods: 1, period: 300 },
  { name: "faresUnpriced", threshold: 50, periods: 3, period: 900 },
  { name: "offersUnfitDuffel", threshold: 5, periods: 1, period: 3600 },
  { name: "cardsNotRemoved", metric: "CardsNotRemoved", threshold: 1, periods: 1, period: 3600 },
  { name: "reviewsHeld", metric: "ReviewsHeld", threshold: 1, periods: 1, period: 900 },
  { name: "rowsAtFault", metric: "RowsAtFault", threshold: 1, periods: 1, period: 900 },
  { name: "zonesOld", metric: "ZonesAgeDays", threshold: 183, periods: 1, period: 3600 },
  { name: "zonesDiffer", metric: "ZonesDiffer", threshold: 1, periods: 1, period: 3600 },
  { name: "flushLags", metric: "FlushLag", threshold: 2_700, periods: 3, period: 300, silence },
  { name: "notesWait", metric: "RouteChanges", threshold: 200_000, periods: 3, period: 300, silence },
  ...[
    "answer",
    "sweep",
    "help",
    "carry",
    "refresh",
    "wake",
    "deliver",
    "feedback",
    "book",
    "prepare",
    "removeCards",
    "clean",
    "flush",
    "tend",
  ].map((id) => ({
    name: `${id}Fails`,
    threshold: 1,
    periods: 1,
    period: 900,
  })),
];

/** An alarm of a template in the form of the list. */
// biome-ignore lint/suspicious/noExplicitAny: a template has no types.
export function toListed({ AlarmName, MetricName, Metrics, Period, ...alarm }: Record<string, any>) {
  if (alarm.ComparisonOperator !== "GreaterThanOrEqualToThreshold") throw new Error(`${AlarmName} compares otherwise`);
  return {
    name: AlarmName.replace("test-travel-conductor-", ""),
    threshold: alarm.Threshold,
    periods: alarm.EvaluationPeriods,
    period: Period ?? Metrics.find((one: { MetricStat?: object }) => one.MetricStat).MetricStat.Period,
    ...(alarm.Namespace === "travel-conductor/test" && { metric: MetricName }),
    ...(alarm.TreatMissingData === "breaching" && { silence: "breaching" }),
  };
}

/** The formula of an alarm, as a function of offers read, unreadable and for another question. */
export function formulaOf(metrics: { Expression?: string }[]) {
  const { Expression = "" } = metrics.find((one) => one.Expression !== undefined) ?? {};
  return (read: number, unreadable: number, misfit: number): number =>
    new Function("IF", "read", "unreadable", "misfit", `return ${Expression}`)(
      (holds: boolean, one: number, other: number) => (holds ? one : other),
      ...[read, unreadable, misfit],
    );
}
