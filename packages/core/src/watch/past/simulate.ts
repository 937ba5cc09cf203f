import { setImmediate } from "node:timers/promises";
import * as v from "valibot";
import { dayNumber, isoDay, msPerDay } from "../../base/day.ts";
import { type Fragment, sql, transaction, utc } from "../../base/db.ts";
import * as Money from "../../base/money.ts";
import { matchesAsked } from "../../fare.ts";
import type { Criteria } from "../../flight.ts";
import { decisionInfo, type FiredInfo, type Rules } from "../../rule.ts";
import { plan } from "../plan.ts";
import { toPositiveMinor, toRulesInfo } from "../rules.ts";
import { rulesOfNew, Simulate } from "../schema.ts";
import { wishesOf } from "../subject.ts";
import { type MemberCheck, mergeRecords } from "./merge.ts";
import { joinLow, maxChecks, selectChecks, snapshot, toChecks, toMillis } from "./read.ts";
import { historiesOf, type RecordedCheck, replay, type Step } from "./replay.ts";
import { maxDays, type Simulated } from "./schema.ts";

type Thinned = { own: string | null; parts: string | null };
/**
 * Returns the alerts that the watch described by `input` (a `Simulate`) would have given up to `at`, had it existed from
 * the first recorded check on. Stores nothing. One request: it reads the newest 50,000 checks of the search or, without
 * any, of its fares. Each variant is judged on the same record.
 * @throws the problems of creating that watch, except the duplicate
 */
export async function simulate(input: unknown, at: Date): Promise<Simulated> {
  const { variants, ...wanted } = v.parse(Simulate, input);
  const { fares, basket } = await plan(wanted, at);
  const { currency } = wanted;
  const rules = rulesOfNew(wanted);
  const targets = variants.map(({ target }, index) => toPositiveMinor(target, currency, `/variants/${index}/target`));
  const isWish = Object.keys(wishesOf(wanted)).length > 0;
  const past = await readRecord(fares, basket, { parts: !isWish && basket !== null, routes: rules.routeLow }, at);
  const own = past.own.length > 0;
  const checked = own ? past.own : mergeRecords(past.parts, fares.length);
  const histories = historiesOf(checked);
  const alertsWith = (rules: Rules) =>
    alertsOf(
      replay({
        recorded: checked,
        histories,
        changes: [{ after: null, rules, isActive: true, snoozedUntil: null, anew: [] }],
        endedAt: null,
        decimals: Money.exponent(currency),
      }),
      currency,
    );
  const of = own ? "search" : isWish ? "wishes" : checked.length > 0 ? "fares" : "nothing";
  const { own: thinned, parts } = past.thinned;
  return {
    rules: toRulesInfo(rules, currency),
    alerts: alertsWith(rules),
    sample: { of, ...basisOf(checked, own ? thinned : parts) },
    days: daysOf(checked, currency),
    variants: await tried(targets, currency, (target) => alertsWith({ ...rules, target })),
  };
}

/** Tries each target in turn; other requests of the process get their turn between two. */
async function tried(
  targets: number[],
  currency: string,
  alertsWith: (target: number) => Simulated["alerts"],
): Promise<Simulated["variants"]> {
  const found: Simulated["variants"] = [];
  for (const target of targets) {
    await setImmediate();
    const alerts = alertsWith(target);
    const prices = alerts.map(({ price }) => Money.toMinor(price.amount, currency)!);
    const best = prices.length > 0 ? Money.toInfo(Math.min(...prices), currency) : null;
    found.push({ target: Money.toInfo(target, currency), alerts: alerts.length, best });
  }
  return found;
}

function alertsOf(steps: Step[], currency: string): Simulated["alerts"] {
  let previous: number | null = null;
  const alerts: Simulated["alerts"] = [];
  for (const { check, decision } of steps) {
    const { at, status, price } = check;
    if (status !== "ok" || price === null) continue;
    if ("fired" in decision) {
      const { fired: rules, ...info } = decisionInfo(decision) as FiredInfo;
      alerts.push({
        at: new Date(at).toISOString(),
        price: Money.toInfo(price, currency),
        previousPrice: previous === null ? null : Money.toInfo(previous, currency),
        rules,
        ...info,
      });
    }
    previous = price;
  }
  return alerts;
}

function daysOf(checked: RecordedCheck[], currency: string): Simulated["days"] {
  const lows = new Map<number, number>();
  for (const { at, status, price } of checked) {
    if (status !== "ok" || price === null) continue;
    const day = dayNumber(at);
    lows.set(day, Math.min(price, lows.get(day) ?? price));
  }
  return [...lows]
    .slice(-maxDays)
    .map(([day, low]) => ({ date: isoDay(day * msPerDay), low: Money.toInfo(low, currency) }));
}

function basisOf(checked: RecordedCheck[], thinnedTo: string | null): Omit<Simulated["sample"], "of"> {
  const moment = (check: RecordedCheck | undefined) => (check ? new Date(check.at).toISOString() : null);
  const from = moment(checked[0]);
  return {
    checks: checked.length,
    days: new Set(checked.map((check) => dayNumber(check.at))).size,
    from,
    to: moment(checked.at(-1)),
    dailyBefore: from !== null && thinnedTo !== null && from < thinnedTo ? thinnedTo : null,
  };
}

/** The record of a search up to `at`: its own, or, where asked for and it has none, those of its fares. */
async function readRecord(
  fares: Criteria[],
  basket: string | null,
  wants: { parts: boolean; routes: boolean },
  at: Date,
) {
  const parts = sql`
      select fares.id
        from ${selectAskedFares(fares)}`;
  const own = basket === null ? parts : sql`select fares.id from fares where fares.basket = ${basket}`;
  const lows = sql`${wants.routes}::boolean`;
  const rows = await transaction(
    {
      checks: selectChecks(sql`(${own})`, {
        since: sql`coalesce((select fares.source_since from fares where fares.id = (${own})), '-infinity')`,
        until: sql`${at}::timestamptz`,
        source: sql`(select fares.source from fares where fares.id = (${own}))`,
        wanted: lows,
      }),
      thinned: sql`
    select (select ${utc(sql`fares.thinned_to`)} from fares where fares.id in (${own})) as own,
           (select ${utc(sql`max(fares.thinned_to)`)} from fares where fares.id in (${parts})) as parts`,
      members: selectMemberChecks(
        fares,
        sql`${wants.parts} and not exists (
               select
                 from price_observations
                where price_observations.fare_id = (${own})
             )`,
        lows,
        at,
      ),
    },
    snapshot,
  );
  return {
    own: toChecks(rows.checks[0]),
    thinned: rows.thinned[0] as Thinned,
    parts: toMemberChecks(rows.members[0] as PartColumns),
  };
}

/** Those of the fares asked for that were ever watched; `asked.place` is their position in the list. */
function selectAskedFares(fares: Criteria[]) {
  return sql`unnest(
               ${fares.map(({ origin }) => origin)}::text[],
               ${fares.map(({ destination }) => destination)}::text[],
               ${fares.map(({ departureDate }) => departureDate)}::date[],
               ${fares.map(({ returnDate }) => returnDate)}::date[]
             ) with ordinality as asked (origin, destination, departure_date, return_date, place)
        join fares
          on ${matchesAsked(fares[0]!)}`;
}

type PartColumns = {
  at: number[] | null;
  fare: number[];
  status: MemberCheck["status"][];
  price: (number | null)[];
  confirmable: boolean[];
  low: (number | null)[];
};

/** One row of columns, empty unless `wanted`, with the `lows` of routes where they are. */
function selectMemberChecks(fares: Criteria[], wanted: Fragment, lows: Fragment, at: Date) {
  return sql`
    select array_agg(${toMillis(sql`checked.at`)} order by checked.at) as at,
           array_agg(checked.place order by checked.at)::int[] as fare,
           array_agg(checked.status order by checked.at) as status,
           array_agg(checked.price order by checked.at)::float8[] as price,
           array_agg(checked.confirmable order by checked.at) as confirmable,
           array_agg(route.low order by checked.at)::float8[] as low
      from (
             select price_observations.at,
                    fares.id as fare_id,
                    fares.source,
                    asked.place,
                    price_observations.status,
                    price_observations.price,
                    price_observations.confirmable
               from ${selectAskedFares(fares)}
               join price_observations
                 on price_observations.fare_id = fares.id
                and price_observations.at >= coalesce(fares.source_since, '-infinity')
              where price_observations.status <> 'ghost'
                and price_observations.at <= ${at}::timestamptz
                and ${wanted}
              order by price_observations.at desc
              limit ${maxChecks}
           ) as checked
      ${joinLow(lows, sql`checked.fare_id`, sql`checked.at`, sql`checked.source`)}`;
}

function toMemberChecks({ at, fare, status, price, confirmable, low }: PartColumns): MemberCheck[] {
  return (at ?? []).map((moment, index) => ({
    at: moment,
    fare: fare[index]!,
    status: status[index]!,
    price: price[index]!,
    confirmable: confirmable[index]!,
    low: low[index]!,
  }));
}
