import { randomUUID } from "node:crypto";
import * as Analytics from "@travel-conductor/core/analytics";
import { sql } from "@travel-conductor/core/base/db";
import { Problem } from "@travel-conductor/core/base/error";
import { newId } from "@travel-conductor/core/base/id";
import * as Zones from "@travel-conductor/core/base/zonecheck";
import * as Delivery from "@travel-conductor/core/delivery";
import * as Shift from "@travel-conductor/core/dispatch";
import * as Fare from "@travel-conductor/core/fare";
import * as Flight from "@travel-conductor/core/flight";
import * as Outbox from "@travel-conductor/core/outbox";
import * as Payment from "@travel-conductor/core/payment";
import * as Review from "@travel-conductor/core/review";
import * as User from "@travel-conductor/core/user";
import { Queue } from "@travel-conductor/local/sqs/queue";
import { stripe } from "@travel-conductor/local/testing";
import { vi } from "vitest";
import * as support from "../../packages/core/test/support/chain.ts";
import * as factory from "../../packages/core/test/support/factory.ts";
import { withoutService } from "../../packages/core/test/support/network.ts";
import * as posts from "../../packages/core/test/support/posts.ts";
import { recordSearches } from "../../packages/core/test/support/searches.ts";
import { stubProvider } from "../../packages/core/test/support/stubprovider.ts";
import { findUnknown, holdToQuestion, persistCounts, steps } from "../../packages/core/test/support/troubles.ts";
import { handler as clean } from "../../packages/functions/src/cron/clean.ts";
import { handler as maintenance } from "../../packages/functions/src/cron/maintenance.ts";
import * as client from "../../packages/functions/test/support/client.ts";
import { type Datum, emitted } from "./evaluate.ts";
import { alerts, letters, once, person, reported } from "./messages.ts";

// What makes each alarm ring: the real product in trouble, with the metrics that it writes; and for the metrics of AWS
// what the product's answers, queues and letters would make of them.

const now = () => new Date();
const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds);

const deliver = (status: "sent" | "refused") => async () => {
  const outcome = status === "sent" ? { status, providerId: "1" } : { status, code: "BadRequestException" };
  await Delivery.deliver(now(), { send: async () => outcome });
};

async function dueFare(): Promise<void> {
  const { id } = await factory.watch({});
  await sql`
    update fares set due_at = ${new Date(factory.noon.getTime() - 2_400_000)}
     where fares.id in (select fare_id from watch_fares where watch_id = ${id})`;
}

/** The statuses of `count` requests, each from an address of its own. */
async function statuses(count: number, ask: () => Promise<Response>): Promise<number[]> {
  const answers: number[] = [];
  for (let n = 0; n < count; n++) answers.push((await ask()).status);
  return answers;
}

const login = () =>
  client.call("POST", "/v1/auth/login", { body: { email: `${randomUUID()}@example.com`, password: "x" } });
const find = () =>
  client.call("GET", `/v1/flights?origin=STN&destination=BGY&departureDate=${client.wanted().departureDate}`);

async function failing<T>(spy: { mockRestore: () => void }, work: () => Promise<T>): Promise<T> {
  return work().finally(() => spy.mockRestore());
}
const bug = () => vi.spyOn(User, "login").mockRejectedValue(new Error("unforeseen"));

/** What API Gateway counts of these answers. */
const counted = (answers: number[]): Datum[] =>
  answers.flatMap((status) => [
    { namespace: "AWS/ApiGateway", name: "Count", by: { ApiId: "http" }, value: 1 },
    { namespace: "AWS/ApiGateway", name: "5xx", by: { ApiId: "http" }, value: status >= 500 ? 1 : 0 },
  ]);

/** A message that no consumer took for so many receives and seconds. */
function stuck(seconds: number): { dead: number; age: number } {
  const dead = new Queue("dead");
  const queue = new Queue("queue", { visibility: 30, receives: 3, dead });
  const sentAt = Date.now() - 1000 * seconds;
  queue.send({ MessageBody: "{}" }, sentAt);
  const [first] = queue.receive(1, sentAt + 1000 * seconds);
  const age = (sentAt + 1000 * seconds - Number(first?.Attributes.SentTimestamp)) / 1000;
  for (let n = 1; n < 3; n++) queue.receive(1, sentAt + 1000 * seconds + 31_000 * n);
  const later = sentAt + 1000 * seconds + 100_000;
  queue.counts(later);
  return { dead: dead.counts(later).visible, age };
}

const dead = (name: string) => async (): Promise<Datum[]> => [
  { namespace: "AWS/SQS", name: "ApproximateNumberOfMessagesVisible", by: { QueueName: name }, value: stuck(1).dead },
];

/** A booking's work at the moment of a step, with money or an order that is not there. */
const work = (over: object) =>
  ({
    id: newId("bkg"),
    userId: "",
    fence: "1",
    attempts: 1,
    returns: [],
    offer: { kept: { provider: "simulator" } },
    ...over,
  }) as never;

/** The counts of a provider after `calls` of people, of a month's `budget`. */
async function called(calls: number, budget: number, says?: typeof support.failure): Promise<Datum[]> {
  const provider = support.scriptedProvider(says);
  support.clock.now = support.at;
  const chained = support.lambda(provider, budget);
  for (let n = 0; n < calls; n++) await support.countGranted(chained, 1);
  return emitted(() => persistCounts([{ name: provider.name, budget }], support.clock.now));
}

async function zones(): Promise<Datum[]> {
  const spy = vi.spyOn(Zones, "compareWithRuntime").mockReturnValue({ ageDays: 200, differing: ["Europe/Paris"] });
  return failing(spy, () => emitted(() => maintenance()));
}

/** What Lambda counts of an invocation that ends in an error. */
async function thrown(): Promise<Datum[]> {
  const failed = await withoutService("postgres", () =>
    clean().then(
      () => 0,
      () => 1,
    ),
  );
  return [{ namespace: "AWS/Lambda", name: "Errors", by: { FunctionName: "" }, value: failed }];
}

export const lambdas = [
  ...["answer", "sweep", "help", "carry", "refresh", "wake", "deliver", "feedback", "book"],
  ...["prepare", "clean", "removeCards", "flush", "tend"],
];

/** The Lambdas that are called by name (stacks/hurrying.ts). */
export const calledByName = ["help", "deliver", "book", "prepare", "removeCards"];

/** What Lambda counts of calls, of which this number ran and the others were throttled. */
export const throttled = (ran: number): Datum[] => [
  { namespace: "AWS/Lambda", name: "Throttles", by: { FunctionName: "" }, value: 5 },
  ...(ran > 0 ? [{ namespace: "AWS/Lambda", name: "Invocations", by: { FunctionName: "" }, value: ran }] : []),
];

/** For each alarm the values that it must ring at. */
export const triggers: Record<string, () => Promise<Datum[]>> = {
  answersFail: async () => counted(await failing(bug(), () => statuses(20, login))),
  // What takes long is not waited for: 3 of 100 answers took 9 seconds.
  answersSlow: async () =>
    Array.from({ length: 100 }, (_, n) => ({
      ...{ namespace: "AWS/ApiGateway", name: "Latency", by: { ApiId: "http" } },
      value: n < 3 ? 9_000 : 90,
    })),
  signInsFail: async () => {
    const wrong = new Problem("auth", "user.credentials", "No.");
    const spy = vi.spyOn(User, "login").mockRejectedValue(wrong);
    return failing(spy, () => emitted(() => statuses(30, login)));
  },
  ...both("signInBurns", ["Fast", "Slow"], () => failing(bug(), () => emitted(() => statuses(10, login)))),
  ...both("searchBurns", ["Fast", "Slow"], searchesFail),
  ...both("alertBurns", ["Fast", "Slow"], alertsLate),
  alertsGivenUp: async () => {
    await alerts(3, now());
    return emitted(deliver("refused"));
  },
  lettersGivenUp: async () => {
    await letters(10);
    return emitted(deliver("refused"));
  },
  queueWaits: async () => [
    {
      namespace: "AWS/SQS",
      name: "ApproximateAgeOfOldestMessage",
      by: { QueueName: "refresh" },
      value: stuck(1000).age,
    },
  ],
  refreshDead: dead("refreshDead"),
  feedbackDead: dead("feedbackDead"),
  dueFaresWait: async () => {
    await dueFare();
    return emitted(() => Shift.start(factory.noon, 60_000, { provider: stubProvider(() => 190_00) }));
  },
  providerMissing: async () => {
    const spy = vi.spyOn(Flight, "hasProvider", "get").mockReturnValue(false as never);
    return failing(spy, () => emitted(() => Shift.start(now(), 60_000)));
  },
  faresUnpriced: async () => {
    await dueFare();
    return emitted(() => Shift.start(factory.noon, 60_000, { provider: stubProvider(() => support.failure) }));
  },
  providerFails: () => called(10, 1000, support.failure),
  budgetSpent: () => called(5, 10),
  offersUnfitDuffel: async () => {
    const { offer, ok, criteria, at } = support;
    const sold = Array.from({ length: 95 }, (_, n) => offer("duffel", `${n}`, 5000));
    const seller = { ...support.scriptedProvider({ ...ok(...(sold as [never])), unreadable: 5 }), name: "duffel" };
    return emitted(() => holdToQuestion(seller).search(criteria, at));
  },
  messagesWait: async () => {
    await person();
    await sql`delete from messages`;
    await sql`update alerts set planned_at = now()`;
    await alerts(1, ago(700));
    return emitted(() => Outbox.nextDue(now()));
  },
  mailBounces: () => reported("bounce", "BounceRate"),
  mailComplaints: () => reported("complaint", "ComplaintRate"),
  paymentsDue: () =>
    emitted(async () => steps.capture(work({ step: "capture", paymentIntent: "pi_none" }), now(), undefined as never)),
  refundsFailed: () =>
    emitted(async () =>
      steps.refund(
        work({
          step: "refund",
          status: "cancelled",
          refundId: "re_none",
          returns: [{ intent: "pi_none", step: "refund" }],
        }),
        now(),
        undefined as never,
      ),
    ),
  ordersAbsent: () =>
    emitted(() =>
      findUnknown(
        [work({ status: "unknown", createdAt: ago(172_800).toISOString(), absentSince: ago(90_000).toISOString() })],
        now(),
      ),
    ),
  ordersFoundLate: () =>
    emitted(async () => steps.undo(work({ step: "undo", sellerOrder: "ord_none" }), now(), undefined as never)),
  cardsNotRemoved: async () => {
    await sql`insert into payment_removals (subject, due_at, tries) values ('pm_none', now(), 8)`;
    stripe.next("cut");
    return emitted(() => Payment.removeDue());
  },
  reviewsHeld: async () => {
    const code = posts.place();
    await sql`
      insert into posts (id, kind, place, state, language, title, body, created_at, updated_at, published_at)
      select 'pst_' || lpad(one::text, 26, '0'), 'review', ${code}, 'published', 'en', 'title', 'body',
             ${posts.now}, ${posts.now}, ${posts.now}
        from generate_series(1, 20) as one`;
    return emitted(async () => Review.create(await posts.trusted(), code, posts.review, posts.now));
  },
  rowsAtFault: async () => {
    await letters(1, "someone@example.com", { nothing: true });
    return emitted(() => Delivery.deliver(now()));
  },
  ...both("zones", ["Old", "Differ"], zones),
  flushLags: async () => {
    await recordSearches({ at: now() });
    return emitted(() => Analytics.flush(new Date(Date.now() + 4_000_000)));
  },
  notesWait: async () => {
    await sql`
      insert into route_changes (origin, destination, cabin, currency, departure_date, source, at, share, number)
      select 'STN', 'BGY', 'economy', 'GBP', '2027-03-01', 'market', now(), 1, 1
        from generate_series(1, 200000)`;
    return emitted(() => Fare.rollUp(now(), { within: -1 })).finally(() => sql`truncate route_changes`);
  },
  ...both(
    "",
    lambdas.map((id) => `${id}Fails`),
    thrown,
  ),
  // Route 53 takes 2xx and 3xx as healthy.
  probeFails: async () => {
    const { status } = await withoutService("redis", () => client.call("GET", "/health"));
    const by = { HealthCheckId: "probe" };
    return [{ namespace: "AWS/Route53", name: "HealthCheckStatus", by, value: status < 400 ? 1 : 0 }];
  },
};

/** One trouble for several alarms, whose names begin alike. */
function both(begin: string, ends: string[], trouble: () => Promise<Datum[]>) {
  const shared = once(trouble);
  return Object.fromEntries(ends.map((end) => [`${begin}${end}`, shared]));
}

async function searchesFail(): Promise<Datum[]> {
  const spy = vi.spyOn(Flight, "search").mockRejectedValue(new Problem("upstream", "flight.provider", "No."));
  return failing(spy, () => emitted(() => statuses(10, find)));
}

async function alertsLate(): Promise<Datum[]> {
  await person();
  await alerts(10, ago(600));
  return emitted(deliver("sent"));
}
