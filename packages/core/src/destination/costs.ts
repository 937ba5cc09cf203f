import { isoDay } from "../base/day.ts";
import { type Fragment, sql } from "../base/db.ts";
import * as Money from "../base/money.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";
import type { Asked, Costs } from "./schema.ts";

/** Places that stand for the reader's home and for the destination, the ones that were named first. */
export type Ends = { from: string[]; to: string[] };

type Sampling = Awaited<ReturnType<typeof Fare.sampling>>;

/** Figures of fewer people are not shown. */
const minPeople = 5;
/** How many of the cheapest weeks are shown. */
const mostWeeks = 3;
/** Prices of the 90 days before, give or take a day (s): the hours at the far end cost more than the rest. */
const slack = 86_400;
/** From how many days before departure on each lead bucket counts (fare/observed.ts). */
const leadStarts = [0, 8, 31, 91];

/**
 * Selects what trips between the ends cost: a row for each group of prices, from the roll-up that insight reads. The
 * groups overlap: all prices of the route, those by days to departure, and those of departures from `at` on by month,
 * week and weekday. The pair of codes is the one that was named, or where too little is known of it the one between these
 * places with most prices. What is read grows with the days that are flown and not with the number of observations.
 */
export function selectCosts(
  { readRanks, readSamples }: Sampling,
  { from, to }: Ends,
  asked: Asked,
  at: Date,
): Fragment {
  const { cabin, currency, trip } = asked;
  const source = Flight.provider.name;
  const kind = trip === "return" ? "return" : "one way";
  const [today, isReturn] = [isoDay(at), trip === "return"];
  return sql`
    with samples as materialized (
      select route_samples.origin,
             route_samples.destination,
             route_samples.part,
             route_samples.of_route,
             route_samples.number
        from route_samples
       where route_samples.origin = any(${from}::text[])
         and route_samples.destination = any(${to}::text[])
         and route_samples.cabin = ${cabin}
         and route_samples.currency = ${currency}
         and route_samples.source = ${source}
    ), pair as materialized (
      select samples.origin,
             samples.destination
        from samples
       where samples.of_route
         and samples.part like ${`${kind} %`}
       group by samples.origin,
                samples.destination
       order by (samples.origin = ${from[0]} and samples.destination = ${to[0]}
                 and sum(samples.number) >= ${Fare.minimumSample.observations}) desc,
                sum(samples.number) desc,
                samples.origin,
                samples.destination
       limit 1
    ), parts as materialized (
      select samples.part,
             samples.of_route,
             case when not samples.of_route then date '1970-01-01' + split_part(samples.part, ' ', 1)::int end as departs
        from samples
        join pair using (origin, destination)
       where case when samples.of_route then samples.part like ${`${kind} %`}
                  else (samples.part like '% %') = ${isReturn} end
    ), asked as materialized (
      select groups.key,
             pair.origin,
             pair.destination,
             ${cabin}::text as cabin,
             ${currency}::text as currency,
             parts.part
        from pair
       cross join parts
       cross join lateral (
               select 'all' as key where parts.of_route
                union all
               select 'lead ' || right(parts.part, 1) where parts.of_route
                union all
               select dated.key
                 from (
                        values ('month ' || to_char(parts.departs, 'YYYY-MM')),
                               ('week ' || date_trunc('week', parts.departs)::date),
                               ('weekday ' || extract(isodow from parts.departs))
                      ) as dated (key)
                where parts.departs >= ${today}::date
             ) as groups
    ), ${readSamples(at, source, slack)}, ${readRanks([0, 0.25, 0.5, 0.75])}
    select found.key,
           pair.origin,
           pair.destination,
           found.observations::float8,
           found.days::int,
           (
             select array_agg(chosen.share order by chosen.fraction)::float8[]
               from chosen
              where chosen.key = found.key
           ) as shares
      from pair
     cross join (
             select sizes.key,
                    sizes.observations,
                    coalesce(seen.days, 0) as days
               from (select distinct ranked.key, ranked.observations from ranked) as sizes
               left join (
                      select known_days.key,
                             count(distinct known_days.day) as days
                        from known_days
                       group by known_days.key
                    ) as seen using (key)
           ) as found`;
}

/** Selects what alerts said on the way here in the 90 days before `at`, if they are of enough people. */
export function selectWatchers({ from, to }: Ends, { cabin, currency, trip }: Asked, at: Date): Fragment {
  const paying = sql`(price_watches.adults + cardinality(price_watches.child_ages))`;
  return sql`
    select count(distinct alerts.user_id)::int as people,
           count(*)::int as alerts,
           percentile_disc(0.5) within group (order by alerts.price * (${Fare.sharesPerUnit}::int / ${paying}))::float8 as share
      from alerts
      join price_watches on price_watches.id = alerts.watch_id
     where alerts.origin = any(${from}::text[])
       and alerts.destination = any(${to}::text[])
       and alerts.at >= ${at}::timestamptz - interval '90 days'
       and alerts.at < ${at}::timestamptz
       and alerts.currency = ${currency}
       and alerts.source = ${Flight.provider.name}
       and not alerts.mistake_fare
       and price_watches.class = ${cabin}
       and (alerts.return_date is not null) = ${trip === "return"}
    having count(distinct alerts.user_id) >= ${minPeople}`;
}

type Group = {
  key: string;
  origin: string;
  destination: string;
  observations: number;
  days: number;
  shares: [number, number, number, number] | null;
};
type Watchers = { people: number; alerts: number; share: number };
export type CostRows = { costs: Record<string, unknown>[]; watchers: Record<string, unknown>[] };

/** What the rows of both statements say, for the party of the query. */
export function toCosts({ costs, watchers }: CostRows, { from, to }: Ends, asked: Asked): Costs {
  const paying = asked.adults + asked.childAges.length;
  const total = (share: number) => Money.toInfo(Math.floor((share * paying) / Fare.sharesPerUnit), asked.currency);
  const groups = costs as Group[];
  const all = groups.find(({ key }) => key === "all");
  const enough = groups.flatMap(({ key, observations, days, shares }) => {
    const { minimumSample } = Fare;
    if (!shares || observations < minimumSample.observations || days < minimumSample.days) return [];
    const [kind = "", of = ""] = key.split(" ");
    const [lowest, lower, median, upper] = shares;
    return [{ kind, of, observations, lowest, lower, median, upper }];
  });
  const ofKind = (kind: string) =>
    enough.filter((group) => group.kind === kind).sort((one, other) => (one.of < other.of ? -1 : 1));
  const sampled = (group: (typeof enough)[number]) => ({
    observations: group.observations,
    median: total(group.median),
  });
  const [known] = ofKind("all");
  const [seen] = watchers as Watchers[];
  return {
    origin: all?.origin ?? (from[0] as string),
    destination: all?.destination ?? (to[0] as string),
    source: Flight.provider.name,
    simulated: Flight.isSimulated(Flight.provider.name),
    sample: { observations: all?.observations ?? 0, days: all?.days ?? 0 },
    status: known ? "known" : "unknown",
    lowest: known ? total(known.lowest) : null,
    months: ofKind("month").map((group) => ({
      month: group.of,
      ...sampled(group),
      lowest: total(group.lowest),
      lower: total(group.lower),
      upper: total(group.upper),
    })),
    weeks: ofKind("week")
      .sort((one, other) => one.median - other.median)
      .slice(0, mostWeeks)
      .map((group) => ({ monday: group.of, ...sampled(group) })),
    leads: ofKind("lead").map((group) => {
      const index = Number(group.of);
      const next = leadStarts[index + 1];
      return { from: leadStarts[index] ?? 0, to: next === undefined ? null : next - 1, ...sampled(group) };
    }),
    weekdays: ofKind("weekday").map((group) => ({ weekday: Number(group.of), ...sampled(group) })),
    watchers: seen ? { people: seen.people, alerts: seen.alerts, median: total(seen.share) } : null,
  };
}
