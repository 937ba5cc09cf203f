import { sql } from "../base/db.ts";
import { stableId } from "../base/id.ts";
import { type Band, type Decision, pack, type State } from "../rule.ts";
import type { KeptOffer } from "./basketprice.ts";

/** A watch whose state this check changes. `version` is that of the reading on which the decision was made. */
export type JudgedWatch = {
  watchId: string;
  fareId: string;
  /** The fare whose price it is; for a basket, one of its fares. */
  of: string;
  version: number;
  series: number;
  state: State;
  band: Band;
  decision: Decision;
  price: number;
  previousPrice: number | null;
  /** The offer whose price it is, and whether the provider confirmed it in this sweep. */
  offer: KeptOffer | null;
  isConfirmed: boolean;
};

/** The decisions, with their watches locked; `moved` are the fares of watches that are no longer as they were read. */
export function readWatches(at: Date, judged: JudgedWatch[]) {
  // Many watches of one fare are told of one offer, which is sent once.
  const offers = new Map<KeptOffer, number>();
  const told = judged.map(({ watchId, series, decision, offer, isConfirmed }) => {
    if (!("fired" in decision)) return null;
    if (offer?.terms && !offers.has(offer)) offers.set(offer, offers.size + 1);
    const offerNo = offer ? (offers.get(offer) ?? null) : null;
    return {
      ...decision,
      watchId,
      offerNo,
      isConfirmed,
      id: stableId("alr", at, `${watchId} ${series} ${at.getTime()}`),
    };
  });
  const named = told.flatMap(
    (alert) => alert?.fired.map((rule) => ({ ...rule, alert: alert.id, watchId: alert.watchId })) ?? [],
  );
  return sql`, judged as (
      select *
        from unnest(
               ${judged.map((watch) => watch.watchId)}::text[],
               ${judged.map((watch) => watch.fareId)}::text[],
               ${judged.map((watch) => watch.of)}::text[],
               ${judged.map((watch) => watch.version)}::integer[],
               ${judged.map((watch) => pack(watch.state))}::text[],
               ${judged.map((watch) => watch.band.below)}::bigint[],
               ${judged.map((watch) => watch.band.above)}::bigint[],
               ${judged.map((watch) => watch.band.drop)}::smallint[],
               ${judged.map((watch) => watch.band.first)}::bigint[],
               ${judged.map((watch) => watch.band.newLow)}::boolean[],
               ${judged.map((watch) => watch.band.routeLow)}::boolean[],
               ${judged.map((watch) => watch.price)}::bigint[],
               ${judged.map((watch) => watch.previousPrice)}::bigint[],
               ${told.map((alert) => alert?.id ?? null)}::text[],
               ${told.map((alert) => alert && `{${alert.fired.map((rule) => rule.rule)}}`)}::text[],
               ${told.map((alert) => alert?.alreadyTrue ?? null)}::boolean[],
               ${told.map((alert) => alert?.mistakeFare ?? null)}::boolean[],
               ${told.map((alert) => alert?.offerNo ?? null)}::integer[],
               ${told.map((alert) => alert?.isConfirmed ?? null)}::boolean[]
             ) as judged (
               watch_id, fare_id, of_id, version, state, wake_below, wake_above, wake_drop, wake_first, wake_new_low,
               wake_route_low, price, previous_price, alert_id, rules, already_true, mistake_fare, offer_no,
               is_confirmed
             )
    ), offered as (
      select *
        from jsonb_array_elements(${JSON.stringify([...offers.keys()].map(({ terms, ...rest }) => ({ ...rest, ...terms })))}::jsonb)
               with ordinality as offered (offer, no)
    ), named as (
      select *
        from unnest(
               ${named.map((rule) => rule.alert)}::text[],
               ${named.map((rule) => rule.watchId)}::text[],
               ${named.map((rule) => rule.rule)}::text[],
               ${named.map((rule) => rule.epoch)}::integer[],
               ${named.map((rule) => rule.level)}::integer[]
             ) as named (alert_id, watch_id, rule, epoch, level)
    ), locked as materialized (
      select watch.*
        from (select watch_id, version from judged order by watch_id) as judged
       cross join lateral (
               select price_watches.id,
                      price_watches.user_id,
                      price_watches.currency,
                      price_watches.series
                 from price_watches
                where price_watches.id = judged.watch_id
                  and price_watches.version = judged.version
                  for no key update
             ) as watch
    ), moved as (
      select distinct judged.fare_id
        from judged
        left join locked on locked.id = judged.watch_id
       where locked.id is null
    )`;
}

/**
 * Writes states and bands, and for each fired rule the alert and its rules: all or none. An alert is written without
 * `planned_at`: the delivery plans its messages.
 */
export function writeWatches(source: string, at: Date) {
  return sql`, stated as (
      update price_watches
         set state = judged.state::jsonb,
             version = price_watches.version + 1
        from judged
        join settled on settled.fare_id = judged.fare_id
       where price_watches.id = judged.watch_id
    ), banded as (
      update watch_fares
         set wake_below = judged.wake_below,
             wake_above = judged.wake_above,
             wake_drop = judged.wake_drop,
             wake_first = judged.wake_first,
             wake_new_low = judged.wake_new_low,
             wake_route_low = judged.wake_route_low
        from judged
        join settled on settled.fare_id = judged.fare_id
       where watch_fares.watch_id = judged.watch_id
         and watch_fares.fare_id = judged.fare_id
    ), repeated as (
      select named.alert_id
        from named
        join alert_rules using (watch_id, rule, epoch, level)
    ), told as (
      select judged.*,
             locked.user_id,
             locked.currency,
             locked.series
        from judged
        join settled on settled.fare_id = judged.fare_id
        join locked on locked.id = judged.watch_id
       where judged.alert_id is not null
         and judged.alert_id not in (select repeated.alert_id from repeated)
    ), alerted as (
      insert into alerts
        (id, user_id, watch_id, series, fare_id, origin, destination, departure_date, return_date, at, price,
         previous_price, currency, rules, already_true, mistake_fare, source, offer, confirmed_at)
      select told.alert_id,
             told.user_id,
             told.watch_id,
             told.series,
             told.of_id,
             fares.origin,
             fares.destination,
             fares.departure_date,
             fares.return_date,
             ${at}::timestamptz,
             told.price,
             told.previous_price,
             told.currency,
             told.rules::text[],
             told.already_true,
             told.mistake_fare,
             ${source},
             offered.offer,
             case when told.is_confirmed then ${at}::timestamptz end
        from told
        join fares on fares.id = told.of_id
        left join offered on offered.no = told.offer_no
    ), numbered as (
      insert into alert_rules (watch_id, rule, epoch, level, alert_id)
      select named.watch_id,
             named.rule,
             named.epoch,
             named.level,
             named.alert_id
        from named
        join told on told.alert_id = named.alert_id
    )`;
}
