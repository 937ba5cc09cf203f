import { expect, test } from "vitest";
import { reserved } from "../../packages/scripts/src/deploy/limits.ts";
import { nameOf } from "../../packages/scripts/src/redrive.ts";
import type { synth } from "../synth.ts";
import { clocks, hurried, queues } from "./callers.ts";
import { read } from "./template.ts";

/** Tests how clocks, queues and calls begin the work of Lambdas. */
export function testCalls(made: () => Awaited<ReturnType<typeof synth>>): void {
  test.each(clocks)("$bundle runs at its rate, and is not retried", ({ stack, bundle, rate, timeout }) => {
    const { properties, lambda } = read(made());
    const { id, own, template } = lambda(stack, bundle);
    const rules = properties(stack, "AWS::Events::Rule").filter(({ Targets }) =>
      Targets.some((target: { Arn: { "Fn::GetAtt": string[] } }) => target.Arn["Fn::GetAtt"][0] === id),
    );
    expect(rules).toMatchObject([
      {
        ScheduleExpression: rate,
        State: "ENABLED",
        Targets: [{ RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300 } }],
      },
    ]);
    expect(own.Timeout).toBe(timeout);
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test("runs only one sweep at a time", () => {
    expect(read(made()).lambda("watcher", "cron/sweep").own.ReservedConcurrentExecutions).toBe(1);
  });

  test("reserves no more executions at once than a deploy checks for", () => {
    const all = Object.keys(made().templates).flatMap((stack) =>
      read(made()).properties(stack, "AWS::Lambda::Function"),
    );
    const sum = all.reduce((total, { ReservedConcurrentExecutions = 0 }) => total + ReservedConcurrentExecutions, 0);
    expect(sum).toBe(reserved);
  });

  test.each(queues)(
    "$id keeps a message that failed three times for a fortnight, and delivers a message to one Lambda at a time",
    (consumer) => {
      const { stack, id, bundle, seconds, batch, concurrency } = consumer;
      const { properties, lambda } = read(made());
      const all = properties(stack, "AWS::SQS::Queue");
      const [dead, queue] = [`${id}Dead`, id].map((name) =>
        all.find(({ QueueName }) => QueueName === `test-travel-conductor-${name}.fifo`),
      );
      expect(nameOf(id as "refresh", "test")).toBe(dead?.QueueName);
      for (const each of [dead, queue]) {
        expect(each).toMatchObject({ SqsManagedSseEnabled: true });
        expect(each?.FifoQueue).toBe(true);
      }
      expect(dead?.MessageRetentionPeriod).toBe(14 * 86_400);
      const { maxReceiveCount, deadLetterTargetArn } = queue?.RedrivePolicy ?? {};
      expect(maxReceiveCount).toBe(3);
      expect(deadLetterTargetArn["Fn::GetAtt"][0]).toContain(`${id}Dead`);
      const { id: logicalId, own } = lambda(stack, bundle);
      expect(own.Timeout).toBe(seconds);
      expect(queue?.VisibilityTimeout).toBeGreaterThanOrEqual(6 * own.Timeout);
      expect(queue?.MessageRetentionPeriod).toBeGreaterThan(maxReceiveCount * queue?.VisibilityTimeout);
      expect(properties(stack, "AWS::Lambda::EventSourceMapping")).toMatchObject([
        {
          FunctionName: { Ref: logicalId },
          BatchSize: batch,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          ScalingConfig: { MaximumConcurrency: concurrency },
        },
      ]);
    },
  );

  test.each(hurried)("$bundle is called by name, and not repeated", ({ stack, id, bundle, timeout, atOnce }) => {
    const { id: logicalId, own, template } = read(made()).lambda(stack, bundle);
    expect(own).toMatchObject({
      FunctionName: `test-travel-conductor-${id}Now`,
      Timeout: timeout,
      ReservedConcurrentExecutions: atOnce,
    });
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: logicalId },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
}
