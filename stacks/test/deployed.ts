import { expect } from "vitest";

export const stacks = ["flights", "api", "watcher", "delivery", "privacy", "analytics", "alarms"];
const store = ["DATABASE_URL", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"];
const providers = [
  "DUFFEL_ACCESS_TOKEN",
  "DUFFEL_CURRENCY",
  "FLIGHT_BUDGET_DUFFEL",
  "FLIGHT_CHAIN",
  "FLIGHT_HEDGE_AFTER",
];
const bare = ["@neondatabase/serverless", "aws4fetch", "valibot"];
const logging = ["@aws-lambda-powertools/commons", "@aws-lambda-powertools/logger", "@aws/lambda-invoke-store"];
const redis = ["@upstash/core-analytics", "@upstash/ratelimit", "@upstash/redis", "uncrypto"];
const sessions = ["@oslojs/binary", "@oslojs/encoding", "lucia"];
const http = ["@valibot/to-json-schema", "hono"];
const packages = [...bare, ...logging, ...redis];
/** Whoever knows airports could also look for them, which is loaded when it is done. */
const flown = [...packages, "minisearch"];

/** What a Lambda may do with the queue whose messages it is handed. */
const handed = (queue: string) => ({
  Effect: "Allow",
  Action: [
    "sqs:ReceiveMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueUrl",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
  ],
  Resource: [expect.stringMatching(new RegExp(`^${queue}Queue\\w+\\.Arn$`))],
});

/** Beside where each Lambda is: its secrets, the packages it may carry, the most bytes that may run at its start. */
export const lambdas = [
  {
    stack: "api",
    bundle: "api/lambda",
    secrets: [...store, ...providers, "ALLOWED_ORIGINS"],
    shipped: [...flown, ...sessions, ...http],
    most: 512_000,
    told: {
      REFRESH_QUEUE_URL: { "Fn::ImportValue": expect.stringMatching(/-flights:ExportsOutputRefrefreshQueue\w+$/) },
    },
    more: [
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: [expect.stringMatching(/-flights:ExportsOutputFnGetAttrefreshQueue\w+Arn\w+$/)],
      },
    ],
  },
  {
    stack: "flights",
    bundle: "queue/refresh",
    secrets: [...store, ...providers],
    shipped: flown,
    most: 375_000,
    after: [handed("refresh")],
  },
  {
    stack: "watcher",
    bundle: "cron/sweep",
    secrets: [...store, ...providers],
    shipped: flown,
    most: 425_000,
    told: { SWEEP_QUEUE_URL: { Ref: expect.stringMatching(/^sweepTicketsQueue\w+$/) } },
    more: [
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage", "sqs:GetQueueAttributes"],
        Resource: [expect.stringMatching(/^sweepTicketsQueue\w+\.Arn$/)],
      },
    ],
  },
  {
    stack: "watcher",
    bundle: "queue/sweep",
    secrets: [...store, ...providers],
    shipped: flown,
    most: 425_000,
    after: [handed("sweepTickets")],
  },
  {
    stack: "watcher",
    bundle: "cron/provider-counts",
    secrets: [...store, ...providers],
    shipped: flown,
    most: 375_000,
  },
  {
    stack: "delivery",
    bundle: "cron/deliver",
    secrets: [...store, "MAIL_FROM", "APP_URL"],
    shipped: [...bare, ...logging],
    most: 350_000,
    more: [
      {
        Effect: "Allow",
        Action: ["ses:SendEmail"],
        Resource: ["arn:aws:ses:eu-west-2:123456789012:identity/*"],
      },
    ],
  },
  { stack: "privacy", bundle: "cron/export", secrets: store, shipped: [...bare, ...redis, ...sessions], most: 400_000 },
  { stack: "privacy", bundle: "cron/clean", secrets: store, shipped: bare, most: 250_000 },
  {
    stack: "analytics",
    bundle: "cron/flush",
    secrets: [...store, ...providers],
    shipped: flown,
    most: 375_000,
  },
  { stack: "analytics", bundle: "cron/maintenance", secrets: store, shipped: flown, most: 375_000 },
];

/** When each runs, and for how many seconds at most. */
export const clocks = [
  { stack: "watcher", bundle: "cron/sweep", rate: "rate(5 minutes)", timeout: 270 },
  { stack: "watcher", bundle: "cron/provider-counts", rate: "rate(1 minute)", timeout: 60 },
  { stack: "delivery", bundle: "cron/deliver", rate: "rate(1 minute)", timeout: 60 },
  { stack: "privacy", bundle: "cron/export", rate: "rate(1 minute)", timeout: 60 },
  { stack: "privacy", bundle: "cron/clean", rate: "rate(1 day)", timeout: 60 },
  { stack: "analytics", bundle: "cron/flush", rate: "rate(1 minute)", timeout: 60 },
  { stack: "analytics", bundle: "cron/maintenance", rate: "rate(1 hour)", timeout: 300 },
];

/** Who takes up whose messages: within so many seconds, so many in an event, so many events at once. */
export const queues = [
  { stack: "flights", id: "refresh", bundle: "queue/refresh", fifo: true, seconds: 30, batch: 10, most: 5 },
  { stack: "watcher", id: "sweepTickets", bundle: "queue/sweep", fifo: false, seconds: 270, batch: 1, most: 20 },
];

/** What is an alarm at which threshold, after so many periods of so many seconds; `silence` is one too where it says so. */
const silence = "breaching";
export const alarms = [
  { name: "refreshDead", least: 1, times: 1, period: 300 },
  { name: "ticketsDead", least: 1, times: 1, period: 300 },
  { name: "dueFaresWait", metric: "OldestDueAge", least: 1800, times: 2, period: 300, silence },
  { name: "providerFails", metric: "BreakerOpen", least: 1, times: 5, period: 60 },
  { name: "budgetSpent", metric: "BudgetUsed", least: 80, times: 1, period: 300 },
  { name: "faresUnpriced", least: 50, times: 3, period: 900 },
  { name: "flushLags", metric: "FlushLag", least: 300, times: 5, period: 60, silence },
  ...["answer", "sweep", "help", "carry", "refresh", "deliver", "prepare", "clean", "flush", "tend"].map((id) => ({
    name: `${id}Fails`,
    least: 1,
    times: 1,
    period: 900,
  })),
];
