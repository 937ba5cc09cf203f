import fc from "fast-check";
import { expect, test } from "vitest";
import { sql } from "../src/db.ts";
import type { Confirmation } from "../src/flight.ts";
import * as Sweep from "../src/sweep.ts";
import { type Rules, ruleNames } from "../src/watch/decide.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./a.ts";
import { market, offer, type Said } from "./market.ts";
import { type Ok, pastOf, Reader, wasOdd } from "./reading.ts";

/**
 * Whatever people do and whatever goes wrong on the way, the product ends where one patient reader of the rules does,
 * who has every observation on paper and does one thing at a time.
 */

/** Histories a test; set it high to look for longer. */
const numRuns = Number(process.env.MODEL_RUNS ?? 12);
const hour = 3_600_000;
const fares = 3;

type Edit = { target?: number | null; drop?: number | null; newLow?: boolean; isActive?: boolean };
type Fault = { request: number; lost: "request" | "answer" };
type Step =
  | { do: "create"; fare: number; target: number | null; drop: number | null; newLow: boolean }
  | { do: "update"; watch: number; edit: Edit }
  | { do: "remove"; watch: number }
  | { do: "sweep"; gap: number; prices: Priced[]; fault: Fault | null; workers: number };
type Priced = { said: Said; confirmed: number | Confirmation };

const total = fc.oneof(
  { weight: 7, arbitrary: fc.constantFrom(180_00, 189_00, 190_00, 195_00, 200_00, 206_00, 220_00) },
  { weight: 1, arbitrary: fc.constantFrom(70_00, 100_00, 150_00, 170_00) },
  { weight: 1, arbitrary: fc.integer({ min: 50_00, max: 400_00 }) },
);
const target = fc.option(fc.constantFrom(100_00, 189_00, 190_00), { nil: null, freq: 2 });
const drop = fc.option(fc.constantFrom(500, 1000), { nil: null });
const said: fc.Arbitrary<Said> = fc.oneof(
  { weight: 12, arbitrary: total },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Said[]>(
      null,
      new Error("reset"),
      { status: "partial", offers: [offer(1)] },
      { status: "rate_limited", offers: [] },
    ),
  },
);
const confirmed = fc.oneof(
  fc.constant(0),
  total,
  fc.constantFrom<Confirmation[]>({ status: "gone" }, { status: "provider_error" }),
);
const fault = fc.option(
  fc.record({ request: fc.nat(3), lost: fc.constantFrom("request" as const, "answer" as const) }),
  { nil: null, freq: 2 },
);
const edit: fc.Arbitrary<Edit> = fc.record(
  { target, drop, newLow: fc.boolean(), isActive: fc.boolean() },
  { requiredKeys: [] },
);
const create = fc.record({
  do: fc.constant("create" as const),
  fare: fc.nat(fares - 1),
  target,
  drop,
  newLow: fc.boolean(),
});
const sweep = fc.record({
  do: fc.constant("sweep" as const),
  gap: fc.constantFrom(1, 2, 12, 24, 24, 24, 24),
  prices: fc.array(fc.record({ said, confirmed }), { minLength: fares, maxLength: fares }),
  fault,
  workers: fc.integer({ min: 1, max: 3 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: create },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("update" as const), watch: fc.nat(9), edit }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), watch: fc.nat(20) }) },
  { weight: 12, arbitrary: sweep },
);

/** The reader's paper: what was observed of each fare, and each watch with its rules. */
type Paper = {
  fares: { observed: string[]; ok: Ok[] }[];
  watches: { id: string; userId: string; fare: number; rules: Rules; isActive: boolean; reader: Reader }[];
};

/** Runs all of `work` at once; the request of that number is not sent, or is answered to nobody. */
async function failing(fault: Fault | null, work: (() => Promise<unknown>)[]): Promise<void> {
  const send = globalThis.fetch;
  let sent = 0;
  globalThis.fetch = async (input, init) => {
    if (sent++ !== fault?.request) return send(input, init);
    if (fault.lost === "answer") await (await send(input, init)).text();
    throw new TypeError("fetch failed");
  };
  const ends = await Promise.allSettled(work.map((each) => each()));
  globalThis.fetch = send;
  const failed = ends.filter(({ status }) => status === "rejected");
  expect(failed.length).toBeLessThanOrEqual(fault ? 1 : 0);
}

function change({ target, drop, newLow, isActive }: Edit): Watch.Update {
  return {
    ...(target === undefined ? {} : { targetPrice: target === null ? null : (target / 100).toFixed(2) }),
    ...(drop === undefined ? {} : { alertThreshold: drop === null ? null : drop / 10_000 }),
    ...(newLow === undefined ? {} : { rules: { newLow } }),
    ...(isActive === undefined ? {} : { isActive }),
  };
}

function anyOn({ target, drop, newLow }: Pick<Rules, "target" | "drop" | "newLow">): boolean {
  return target !== null || drop !== null || newLow;
}

/** What a sweep at `at` is, on paper. */
function observe({ fares, watches }: Paper, at: number, prices: Priced[], confirms: boolean): void {
  for (const [index, fare] of fares.entries()) {
    const watchers = watches.filter((watch) => watch.fare === index);
    if (!watchers.some(({ isActive }) => isActive)) continue;
    const { said, confirmed } = prices[index]!;
    const note = (status: string, price: number | null) => fare.observed.push(`${at} ${status} ${price ?? "-"}`);
    if (typeof said !== "number") {
      if (said === null) note("no_results", null);
      else if (said instanceof Error) note("provider_error", null);
      else note(said.status, said.offers[0]?.total ?? null);
      continue;
    }
    const past = { ...pastOf(fare.ok, at), routeLow: null };
    const trusted = confirms || wasOdd(fare.ok, at);
    const read = (price: number, reader: Reader, { rules, isActive }: Paper["watches"][number]) =>
      reader.check(rules, !isActive, past, { at, price }, trusted);
    const wouldTell = watchers.some((watch) => {
      const trial = watch.reader.copy();
      read(said, trial, watch);
      return trial.told.length > watch.reader.told.length;
    });
    const found = confirms && wouldTell && confirmed !== 0 ? confirmed : said;
    if (found !== said) note("ghost", said);
    if (typeof found !== "number") {
      note(found.status === "gone" ? "no_results" : "provider_error", null);
      continue;
    }
    note("ok", found);
    fare.ok.push({ at, price: found });
    for (const watch of watchers) read(found, watch.reader, watch);
  }
}

async function play(steps: Step[], confirms: boolean): Promise<void> {
  await sql`truncate users, fares cascade`;
  const users = await Promise.all([a.user(), a.user()]);
  const routes = Array.from({ length: fares }, (_, index) => ({
    origin: "STN",
    destination: "BGY",
    departureDate: `2026-10-0${index + 1}`,
  }));
  const paper: Paper = { fares: routes.map(() => ({ observed: [], ok: [] })), watches: [] };
  let at = a.noon.getTime();

  for (const step of steps) {
    if (step.do === "create") {
      const { fare, target, newLow } = step;
      const rules: Rules = { target, drop: step.drop, newLow, routeLow: false };
      if (!anyOn(rules)) continue;
      const userId = users[paper.watches.length % users.length]!;
      const wanted = { ...routes[fare], currency: "GBP", ...change({ target, drop: step.drop, newLow }) };
      const made = await Watch.create(userId, wanted, new Date(at)).catch((error: Error & { code?: string }) => {
        if (error.code !== "watch.duplicate") throw error;
      });
      if (made) paper.watches.push({ id: made.id, userId, fare, rules, isActive: true, reader: new Reader(2) });
    } else if (step.do === "update" || step.do === "remove") {
      const watch = paper.watches[step.watch];
      if (!watch) continue;
      if (step.do === "remove") {
        await Watch.remove(watch.userId, watch.id);
        paper.watches.splice(step.watch, 1);
        continue;
      }
      const { isActive = watch.isActive, ...edit } = step.edit;
      const rules: Rules = { ...watch.rules, ...edit };
      if (!anyOn(rules)) continue;
      const done = await Watch.update(watch.userId, watch.id, change(step.edit), new Date(at)).catch(
        (error: Error & { code?: string }) => {
          if (error.code !== "watch.duplicate") throw error;
        },
      );
      if (!done) continue;
      if (rules.target !== null && rules.target !== watch.rules.target) watch.reader.edited("target");
      if (rules.drop !== null && rules.drop !== watch.rules.drop) watch.reader.edited("drop");
      if (rules.newLow && !watch.rules.newLow) watch.reader.edited("new_low");
      Object.assign(watch, { rules, isActive });
    } else {
      at += step.gap * hour;
      const priced = (name: string) =>
        step.prices[routes.findIndex(({ departureDate }) => name.endsWith(departureDate))]!;
      const provider = market(
        (name) => priced(name).said,
        confirms ? (name, total) => priced(name).confirmed || total : undefined,
      );
      const cadence: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 1);
      const once = () => Sweep.run(new Date(at), { provider, cadence, batch: 2 });
      await failing(step.fault, new Array(step.workers).fill(once));
      await sql`update fares set claimed_until = now() - interval '1 second' where claimed_until is not null`;
      await once();
      observe(paper, at, step.prices, confirms);
    }
  }
  expect(await stored(routes)).toEqual(written(paper));
}

/** What the reader's paper says in the end. */
function written({ fares, watches }: Paper) {
  const told = watches.map(({ id, fare, reader }) => {
    const alerts = reader.told.map((alert) => {
      const before = fares[fare]!.ok.filter((check) => check.at < alert.at).at(-1);
      return { ...alert, previousPrice: before?.price ?? null };
    });
    const standing = ruleNames.map((rule) => {
      const { fired, epoch, level } = reader.standing[rule];
      const [since] = fired ? reader.highSince(fired) : [];
      return { rule, epoch, level, trigger: fired?.trigger ?? null, since: since?.at ?? null };
    });
    return { id, firstPrice: reader.own[0]?.price ?? null, alerts, standing };
  });
  return {
    watches: told.sort((one, other) => (one.id < other.id ? -1 : 1)),
    observed: fares.map(({ observed }) => observed.toSorted()),
    deliveries: told.flatMap(({ alerts }) => alerts).length,
  };
}

/** What the database says in the end. */
async function stored(routes: { departureDate: string }[]) {
  const watches = (await sql`
    select price_watches.id,
           price_watches.state::text,
           coalesce(
             (select json_agg(
                       json_build_object(
                         'at', extract(epoch from alerts.at) * 1000,
                         'price', alerts.price,
                         'rules', alerts.rules,
                         'alreadyTrue', alerts.already_true,
                         'mistakeFare', alerts.mistake_fare,
                         'previousPrice', alerts.previous_price
                       ) order by alerts.at
                     )
                from alerts
               where alerts.watch_id = price_watches.id),
             '[]'
           ) as alerts
      from price_watches
     order by price_watches.id`) as { id: string; state: string; alerts: unknown[] }[];
  const observed = (await sql`
    select fares.departure_date::text as day,
           (extract(epoch from price_observations.at) * 1000)::int8 || ' ' || price_observations.status || ' '
             || coalesce(price_observations.price::text, '-') as line
      from fares
      join price_observations on price_observations.fare_id = fares.id`) as { day: string; line: string }[];
  const [count] = await sql`select count(*)::int as deliveries from alert_deliveries`;
  return {
    watches: watches.map(({ id, state, alerts }) => {
      const { firstPrice, rules } = Watch.unpack(state);
      const standing = ruleNames.map((rule) => ({
        rule,
        ...(rules[rule] ?? { epoch: 1, level: 1, trigger: null, since: null }),
      }));
      return { id, firstPrice, alerts, standing };
    }),
    observed: routes.map(({ departureDate }) =>
      observed.flatMap(({ day, line }) => (day === departureDate ? [line] : [])).sort(),
    ),
    ...(count as { deliveries: number }),
  };
}

test.each([
  ["cannot confirm", false],
  ["can confirm", true],
])(
  "with a provider that %s, sweeps that overlap, fail and die leave what one reader of the rules would",
  async (_, confirms) => {
    const steps = fc.tuple(create, create, fc.array(step, { minLength: 25, maxLength: 45, size: "max" }));
    await fc.assert(
      fc.asyncProperty(steps, ([first, second, more]) => play([first, second, ...more], confirms)),
      { numRuns, endOnFailure: true },
    );
  },
  numRuns * 10_000,
);
