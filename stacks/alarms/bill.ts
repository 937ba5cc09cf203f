import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { App, Stack } from "sst/constructs";

/** What the account is expected to cost a month (USD), where the deploy does not say it by MONTHLY_BUDGET. */
const expected = 40;

/**
 * A budget of the account's bill, all stages together: tells the topic at 80 % spent, at all of it, and when the month
 * is forecast to end above it. AWS Budgets costs nothing; the billing metric of CloudWatch would need its own alarm in
 * us-east-1. Neon, Upstash, Duffel and Stripe send bills of their own, with limits of their own.
 */
export function bill(stack: Stack, topic: Topic): void {
  const amount = Number(process.env.MONTHLY_BUDGET || expected);
  if (!(amount > 0)) throw new Error("MONTHLY_BUDGET must be a number of dollars.");
  const budget = new CfnBudget(stack, "bill", {
    budget: {
      budgetName: (stack.node.root as App).logicalPrefixedName("bill"),
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount, unit: "USD" },
    },
    notificationsWithSubscribers: [
      { type: "ACTUAL", threshold: 80 },
      { type: "ACTUAL", threshold: 100 },
      { type: "FORECASTED", threshold: 100 },
    ].map(({ type, threshold }) => ({
      notification: {
        notificationType: type,
        comparisonOperator: "GREATER_THAN",
        threshold,
        thresholdType: "PERCENTAGE",
      },
      subscribers: [{ subscriptionType: "SNS", address: topic.topicArn }],
    })),
  });
  // Budgets checks at once that it may publish.
  budget.node.addDependency(topic);
}
