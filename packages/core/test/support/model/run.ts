import { expect } from "vitest";
import { sql } from "../../../src/base/db.ts";
import * as Money from "../../../src/base/money.ts";
import * as Rule from "../../../src/rule.ts";
import { type Rules, ruleNames } from "../../../src/rule.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../factory.ts";
import { deleteAll, expireLeases } from "../proof/snapshot.ts";
import { offer, stubProvider } from "../stubprovider.ts";
import { everySweep, hour, minute } from "../sweep.ts";
import { ModelOracle } from "./oracle.ts";
import { type Edit, type Fault, type Priced, questions, type Step, subjects } from "./steps.ts";

/** Runs all of `work` at once; the request with that number is not sent, or its answer is lost. */
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

function seller(prices: Priced[], confirms: boolean) {
  const priced = (day: string, currency: string) =>
    prices[questions.findIndex((one) => one.day === day && one.currency === currency)]!;
  return stubProvider(
    (_, __, { departureDate, currency }) => {
      const { said, bag } = priced(departureDate, currency);
      if (said instanceof Object && "offers" in said && said.offers.length > 0) {
        return { status: "partial", offers: [offer(1, currency)] };
      }
      if (typeof said !== "number" || bag === null) return said;
      const bags = { carryOn: 1, checked: 1 };
      return { status: "ok", offers: [offer(said, currency), { ...offer(said + bag, currency), bags }] };
    },
    confirms
      ? (_, total, __, { departureDate, currency }) => priced(departureDate, currency).confirmed || total
      : undefined,
  );
}

function wanted(subject: number, rules: Rules) {
  const { of, bag } = subjects[subject]!;
  const days = of.map((index) => questions[index]!);
  const { day, currency } = days[0]!;
  const dates = days.length === 1 ? { departureDate: day } : { departureFrom: day, departureTo: days.at(-1)!.day };
  const places = { origin: "STN", destination: "BGY", currency };
  return { ...places, ...dates, ...(bag ? { bags: 1 } : {}), ...change(rules, currency) };
}

function change({ target, drop, newLow }: Edit, currency: string): Watch.Update {
  const amount = (minor: number) => Money.toInfo(minor, currency).amount;
  return {
    rules: {
      ...(target === undefined ? {} : { target: target === null ? null : amount(target) }),
      ...(drop === undefined ? {} : { drop: drop === null ? null : (drop / 10_000).toFixed(4) }),
      ...(newLow === undefined ? {} : { newLow }),
    },
  };
}

function anyOn({ target, drop, newLow }: Rules): boolean {
  return target !== null || drop !== null || newLow;
}

/** The steps to run, without a second watch equal to another. */
async function unlessDouble<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: Error & { code?: string }) => {
    if (error.code !== "watch.duplicate") throw error;
    return undefined;
  });
}

/** Runs the product and the model through the same steps, and compares their final states. */
export async function runHistory(steps: Step[], confirms: boolean): Promise<void> {
  await deleteAll();
  const users = [await a.user(), await a.user()];
  const paper = new ModelOracle(confirms);
  const cadence = everySweep;
  let at = a.noon.getTime();

  for (const step of steps) {
    if (step.do === "sweep") {
      at += step.gap * hour;
      const provider = seller(step.prices, confirms);
      const once = (late = 0) => Sweep.run(new Date(at - late * minute), { provider, cadence, batch: 2 });
      await failing(step.fault, new Array(step.workers).fill(once));
      await expireLeases();
      await once();
      if (step.late > 0) await once(step.late);
      paper.sweep(at, step.prices);
      continue;
    }
    if (step.do === "create") {
      const { subject, target, drop, newLow } = step;
      const rules: Rules = { target, drop, newLow, routeLow: false };
      if (!anyOn(rules)) continue;
      const userId = users[paper.watches.length % users.length]!;
      const made = await unlessDouble(Watch.create(userId, wanted(subject, rules), new Date(at)));
      if (!made) continue;
      paper.create({ id: made.id, userId, subject, rules });
      const { id, members } = await idsOf(made.id);
      Object.assign(paper.subjects[subject]!, { id, members });
      for (const [index, member] of members.entries()) paper.subjects[subjects[subject]!.of[index]!]!.id = member;
      continue;
    }
    const watch = paper.watches[step.watch];
    if (!watch) continue;
    const [userId, id, now] = [watch.userId, watch.id, new Date(at)] as const;
    if (step.do === "remove") {
      await Watch.remove(userId, id);
      paper.watches.splice(step.watch, 1);
    } else if (step.do === "update") {
      const { currency } = questions[subjects[watch.subject]!.of[0]!]!;
      if (!anyOn({ ...watch.rules, ...step.edit })) continue;
      const done = await unlessDouble(Watch.update(userId, id, change(step.edit, currency), now));
      if (done) paper.update(watch, step.edit);
    } else if (step.do === "snooze") {
      await Watch.snooze(userId, id, { days: step.days }, now);
      watch.snoozedUntil = at + step.days * 24 * hour;
    } else if (step.do === "wake") {
      await Watch.unsnooze(userId, id, now);
      watch.snoozedUntil = 0;
    } else if (step.do === "pause") {
      await Watch.pause(userId, id, now);
      watch.isActive = false;
    } else if (step.do === "resume") {
      await Watch.resume(userId, id, now);
      watch.isActive = true;
    } else if (step.do === "check") {
      at += hour / 2;
      await Sweep.check(userId, id, new Date(at), { provider: seller(step.prices, confirms), cadence });
      paper.check(watch, at, step.prices);
    }
  }
  expect(await stored(paper)).toEqual(paper.written());
}

/** The subject of a watch and its fares, in the order of their days. */
async function idsOf(watchId: string): Promise<{ id: string; members: string[] }> {
  const [row] = await sql`
    select watch_fares.fare_id as id,
           array(
             select fares.id
               from basket_fares
               join fares on fares.id = basket_fares.fare_id
              where basket_fares.basket_id = watch_fares.fare_id
              order by fares.departure_date
           ) as members
      from watch_fares
     where watch_fares.watch_id = ${watchId}`;
  return row as { id: string; members: string[] };
}

/** The final state in the database. */
async function stored({ subjects }: ModelOracle) {
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
    select price_observations.fare_id as id,
           (extract(epoch from price_observations.at) * 1000)::int8 || ' ' || price_observations.status || ' '
             || coalesce(price_observations.price::text, '-') as line
      from price_observations`) as { id: string; line: string }[];
  const [count] = await sql`select count(*)::int as deliveries from alerts where planned_at is null`;
  return {
    watches: watches.map(({ id, state, alerts }) => {
      const { firstPrice, rules } = Rule.unpack(state);
      const standing = ruleNames.map((rule) => ({
        rule,
        ...(rules[rule] ?? { epoch: 1, level: 1, trigger: null, since: null }),
      }));
      return { id, firstPrice, alerts, standing };
    }),
    observed: subjects.map(({ id }) => observed.flatMap((row) => (row.id === id ? [row.line] : [])).sort()),
    ...(count as { deliveries: number }),
  };
}
