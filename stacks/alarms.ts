import { MathExpression, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Duration } from "aws-cdk-lib/core";
import { type Function as Fn, type StackContext, use } from "sst/constructs";
import { alarmMaker } from "./alarms/alarm.ts";
import { bill } from "./alarms/bill.ts";
import { levelAlarms } from "./alarms/levels.ts";
import { apiAlarms, messageAlarms, queueAlarm } from "./alarms/people.ts";
import { alarmTopic } from "./alarms/topic.ts";
import { analytics } from "./analytics.ts";
import { api } from "./api.ts";
import { bookings } from "./bookings.ts";
import { dashboard } from "./dashboard.ts";
import { delivery } from "./delivery.ts";
import { flights } from "./flights.ts";
import { privacy } from "./privacy.ts";
import { watcher } from "./watcher.ts";

/**
 * Alarms for an operator, sent to a topic, and the dashboard of the service levels. docs/alarms.md says what to do at
 * each alarm.
 */
export function alarms({ stack }: StackContext) {
  const { topic, action } = alarmTopic(stack);
  const maker = alarmMaker(stack, action);
  const { alarmOn, ownMetric } = maker;
  bill(stack, topic);

  const { refresh } = use(flights);
  const { sweep, carry, help } = use(watcher);
  const { wake, deliver, feedback, feedbackDead } = use(delivery);
  const { book } = use(bookings);
  const queues = { refresh, feedback: { dead: feedbackDead } };
  for (const [id, { dead }] of Object.entries(queues))
    alarmOn(`${id}Dead`, dead.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }), { threshold: 1 });
  queueAlarm(maker, refresh.queue);
  messageAlarms(maker);
  levelAlarms(maker);

  alarmOn("dueFaresWait", ownMetric("OldestDueAge", 5), {
    threshold: 1800,
    periods: 2,
    missing: TreatMissingData.BREACHING,
  });
  alarmOn("providerMissing", ownMetric("ProviderMissing", 5), { threshold: 1 });
  alarmOn("providerFails", ownMetric("BreakerOpen", 5), { threshold: 1, periods: 2 });
  alarmOn("budgetSpent", ownMetric("BudgetUsed", 5), { threshold: 80 });
  const counts = { failed: ownMetric("ProviderFailures", 15, "Sum"), priced: ownMetric("FaresPriced", 15, "Sum") };
  const failedPercent = new MathExpression({
    expression: "100 * failed / priced",
    usingMetrics: counts,
    period: Duration.minutes(15),
  });
  alarmOn("faresUnpriced", failedPercent, { threshold: 50, periods: 3 });
  for (const [provider, id] of Object.entries({ duffel: "offersUnfitDuffel" })) {
    const by = { dimensionsMap: { provider } };
    const unfitPercent = new MathExpression({
      expression: "IF(read + unreadable >= 100, 100 * (unreadable + misfit) / (read + unreadable), 0)",
      usingMetrics: {
        read: ownMetric("OffersRead", 60, "Sum").with(by),
        unreadable: ownMetric("OffersUnreadable", 60, "Sum").with(by),
        misfit: ownMetric("OffersMisfit", 60, "Sum").with(by),
      },
      period: Duration.minutes(60),
    });
    alarmOn(id, unfitPercent, { threshold: 5 });
  }
  alarmOn("messagesWait", ownMetric("OldestMessageAge", 5), { threshold: 600, periods: 2 });
  // SES looks into an account from 5 % and 0.1 % on. The metrics are the account's.
  for (const [id, metricName, threshold] of [
    ["mailBounces", "Reputation.BounceRate", 0.03],
    ["mailComplaints", "Reputation.ComplaintRate", 0.0005],
  ] as const) {
    const rate = new Metric({ namespace: "AWS/SES", metricName, statistic: "Maximum", period: Duration.hours(1) });
    alarmOn(id, rate, { threshold });
  }
  // Money that did not move, and orders without a booking: an operator sees to each.
  for (const [id, metricName] of Object.entries({
    paymentsDue: "BookingsPaymentDue",
    refundsFailed: "BookingsRefundFailed",
    ordersAbsent: "BookingsAbsent",
    ordersFoundLate: "BookingsFoundLate",
  }))
    alarmOn(id, ownMetric(metricName, 15, "Sum"), { threshold: 1 });
  alarmOn("cardsNotRemoved", ownMetric("CardsNotRemoved", 60, "Sum"), { threshold: 1 });
  // So many reviews of one place within an hour that the next ones are held.
  alarmOn("reviewsHeld", ownMetric("ReviewsHeld", 15, "Sum"), { threshold: 1 });
  alarmOn("rowsAtFault", ownMetric("RowsAtFault", 15, "Sum"), { threshold: 1 });
  alarmOn("zonesOld", ownMetric("ZonesAgeDays", 60), { threshold: 183 });
  alarmOn("zonesDiffer", ownMetric("ZonesDiffer", 60), { threshold: 1 });
  // Notes of searches are gathered for half an hour.
  alarmOn("flushLags", ownMetric("FlushLag", 5), { threshold: 2_700, periods: 3, missing: TreatMissingData.BREACHING });
  alarmOn("notesWait", ownMetric("RouteChanges", 5), {
    threshold: 200_000,
    periods: 3,
    missing: TreatMissingData.BREACHING,
  });

  const { answer, apiId } = use(api);
  apiAlarms(maker, apiId);
  dashboard(stack, maker, { apiId, queue: refresh.queue });
  const lambdas: Record<string, Fn> = { answer, sweep, carry, refresh: refresh.consumer };
  const { prepare, removeCards, clean } = use(privacy);
  const called: Record<string, Fn> = { help, deliver, book, prepare, removeCards };
  Object.assign(lambdas, called, { wake, feedback, clean }, use(analytics));
  for (const [id, fn] of Object.entries(lambdas)) {
    const period = Duration.minutes(15);
    const errors = fn.metricErrors({ statistic: "Sum", period });
    const throttles = fn.metricThrottles({ statistic: "Sum", period });
    const invocations = fn.metricInvocations({ statistic: "Sum", period });
    // People wait for the API. A Lambda that is called reports nothing while it is throttled, and is often throttled while
    // it works at its limit: so it rings when none of its calls ran. What else is throttled shows as work that waits. Each
    // metric of an alarm is billed.
    const isStopped = "IF(FILL(throttles, 0) > 0, IF(FILL(invocations, 0) > 0, 0, 1), 0)";
    let failures: Metric | MathExpression = errors;
    if (id === "answer") failures = maker.math("FILL(errors, 0) + FILL(throttles, 0)", 15, { errors, throttles });
    if (id in called) failures = maker.math(`FILL(errors, 0) + ${isStopped}`, 15, { errors, throttles, invocations });
    alarmOn(`${id}Fails`, failures, { threshold: 1 });
  }
}
