import * as v from "valibot";
import { type Fragment, sql, transaction, utc } from "../../base/db.ts";
import * as Money from "../../base/money.ts";
import { decisionInfo, unpack } from "../../rule.ts";
import { missing } from "../errors.ts";
import { toRulesInfo } from "../rules.ts";
import { subjectColumns } from "../select.ts";
import { fromStored, type StoredSubject } from "../subject.ts";
import { selectUnread, toUnread } from "../unread.ts";
import { missingSeries, selectChecks, selectSpan, snapshot, toChecks, toMillis } from "./read.ts";
import { type ReplayInput, type RuleChange, replay, type StoredAlert } from "./replay.ts";
import { cursorBefore, cutAt, type Nearest, nearestOf, type Run, toPlace, toRuns } from "./runs.ts";
import { type Covered, Decisions, type Delivered, type Judged, toCovered } from "./schema.ts";

type Watch = {
  currency: string;
  endedAt: number | null;
  changes: (RuleChange["rules"] & Omit<RuleChange, "rules" | "state"> & { state: string | null })[] | null;
};
/** What became of an alert. */
type Given = { id: string; deliveries: Delivered[] };
type Alert = StoredAlert & { at: number; id: string; deliveries: Delivered[] | null };

/**
 * Lists why a watch alerted or stayed silent, newest first: replays its past with the rules it had at each check. With
 * `fold` an item stands for all silent checks in a row with one reason, and its figures are those of the newest one.
 * @throws Problem `watch.missing` (also for another user's), `watch.series`, `page.cursor`
 */
export async function decisions(
  userId: string,
  id: string,
  query: Decisions,
): Promise<{
  items: Judged[];
  nextCursor: string | null;
  previousCursor: string | null;
  unread: number;
  watch: Covered;
}> {
  const { limit, cursor, series, around, alerted, fold, from, to } = v.parse(Decisions, query);
  const place = toPlace(cursor, around);
  const end = to === undefined ? Number.POSITIVE_INFINITY : to.getTime();
  // What is newer than the page is read only where the answer leads to it.
  const before = Math.min(end, place && "after" in place ? place.after : end);
  const { unread, subjects, ...past } = await transaction(
    {
      unread: selectUnread(userId),
      subjects: sql`
        select ${subjectColumns}
          from price_watches
         where price_watches.id = ${id}
           and price_watches.user_id = ${userId}`,
      ...selectReplay(userId, id, series, before),
    },
    snapshot,
  );
  const { currency, given, ...walk } = toReplay(past, before);
  const start = from === undefined ? 0 : from.getTime();
  const steps = replay(walk)
    .filter(({ check }) => check.at >= start)
    .reverse();
  const runs = toRuns(steps, fold).filter(([{ decision }]) => alerted === undefined || "fired" in decision === alerted);
  const { items, nextCursor, previousCursor } = cutAt(runs, place, limit);
  return {
    items: items.map((run) => toInfo(run, currency, given)),
    nextCursor,
    unread: toUnread(unread),
    watch: toCovered(fromStored(subjects[0] as StoredSubject)),
    // A page after a cursor has the page that gave the cursor before it.
    previousCursor: place && "after" in place ? cursorBefore(items) : previousCursor,
  };
}

/**
 * Replays one series of a user's watch up to, and without, `before` (UTC milliseconds). One request: it reads the
 * newest 50,000 checks.
 * @throws Problem `watch.missing`, `watch.series`
 */
export async function replaySeries(
  userId: string,
  id: string,
  series: number | undefined,
  before = Number.POSITIVE_INFINITY,
): Promise<Replayed> {
  return toReplay(await transaction(selectReplay(userId, id, series, before), snapshot), before);
}

/** The past of a watch, and what became of each alert, by its moment. */
export type Replayed = ReplayInput & { currency: string; given: Map<number, Given> };

/** The statements that a replay reads. */
export function selectReplay(userId: string, id: string, series: number | undefined, before: number) {
  const upTo = Number.isFinite(before) ? Math.ceil(before) : null;
  return {
    watches: selectSeries(userId, id, series),
    alerts: selectAlerts(userId, id, series),
    checks: selectSeriesChecks(userId, id, series, upTo),
  };
}

/** @throws Problem `watch.missing`, `watch.series` */
export function toReplay(
  rows: Record<keyof ReturnType<typeof selectReplay>, Record<string, unknown>[]>,
  before = Number.POSITIVE_INFINITY,
): Replayed {
  const [one] = rows.watches as unknown as Watch[];
  if (!one) throw missing();
  if (!one.changes) throw missingSeries();
  const { currency, endedAt } = one;
  const alerts = rows.alerts as unknown as Alert[];
  return {
    currency,
    recorded: toChecks(rows.checks[0]).filter(({ at }) => at < before),
    changes: one.changes.map(({ target, drop, newLow, routeLow, state, ...change }) => {
      return { ...change, rules: { target, drop, newLow, routeLow }, state: state === null ? null : unpack(state) };
    }),
    endedAt,
    decimals: Money.exponent(currency),
    told: new Map(alerts.map(({ at, id: _, deliveries: __, ...alert }) => [at, alert])),
    given: new Map(alerts.map(({ at, id, deliveries }) => [at, { id, deliveries: deliveries ?? [] }])),
  };
}

/** The watch, and its changes with their moments. */
function selectSeries(userId: string, id: string, series: number | undefined) {
  return sql`
    with span as materialized (${selectSpan(userId, id, series)})
    select tracked.currency,
           ${toMillis(sql`price_watches.ended_at`)} as "endedAt",
           (select json_agg(
                     json_build_object(
                       'at', ${toMillis(sql`watch_changes.at`)},
                       'after', ${toMillis(sql`watch_changes.after`)},
                       'target', watch_changes.target_price,
                       'drop', (watch_changes.alert_threshold * 10000)::int,
                       'newLow', watch_changes.new_low,
                       'routeLow', watch_changes.route_low,
                       'isActive', watch_changes.is_active,
                       'snoozedUntil', ${toMillis(sql`watch_changes.snoozed_until`)},
                       'anew', watch_changes.anew,
                       'state', watch_changes.state::text
                     ) order by watch_changes.version
                   )
              from watch_changes
              join span on span.series = watch_changes.series
             where watch_changes.watch_id = price_watches.id) as changes
      from price_watches
      left join fares as tracked on tracked.id = (select span.fare_id from span)
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}`;
}

/**
 * The alerts of a series. An alert that was written before alerts had a series counts at its moment, as it did then.
 */
function selectAlerts(userId: string, id: string, series: number | undefined) {
  return sql`
    with span as materialized (${selectSpan(userId, id, series)})
    select ${toMillis(sql`alerts.at`)} as at,
           alerts.id,
           (select json_agg(
                     json_build_object(
                       'channelId', alert_deliveries.channel,
                       'channel', channels.kind,
                       'status', alert_deliveries.status,
                       'because', alert_deliveries.because,
                       'heldBecause', alert_deliveries.held_because,
                       'dueAt', ${utc(sql`alert_deliveries.due_at`)},
                       'settledAt', ${utc(sql`messages.settled_at`)}
                     ) order by alert_deliveries.channel
                   )
              from alert_deliveries
              left join channels on channels.id = alert_deliveries.channel
              left join messages on messages.id = alert_deliveries.message_id
             where alert_deliveries.alert_id = alerts.id) as deliveries,
           alerts.already_true as "alreadyTrue",
           alerts.mistake_fare as "mistakeFare",
           (select json_agg(
                     json_build_object(
                       'rule', named.rule,
                       'epoch', coalesce(alert_rules.epoch, 1),
                       'level', coalesce(alert_rules.level, 1)
                     ) order by named.place
                   )
              from unnest(alerts.rules) with ordinality as named (rule, place)
              left join alert_rules on alert_rules.alert_id = alerts.id and alert_rules.rule = named.rule) as fired
      from alerts
     where alerts.watch_id = ${id}
       and alerts.user_id = ${userId}
       and (alerts.series is null or alerts.series = (select span.series from span))`;
}

/** The checks of a series up to `upTo` (UTC milliseconds), with the lows of their routes where a rule needs them. */
function selectSeriesChecks(userId: string, id: string, series: number | undefined, upTo: number | null) {
  const of = (column: Fragment) => sql`(select ${column} from span)`;
  return sql`
    with span as materialized (${selectSpan(userId, id, series)})
    ${selectChecks(of(sql`span.fare_id`), {
      since: of(sql`span.source_since`),
      until: of(sql`least(span.until, to_timestamp(${upTo}::float8 / 1000), 'infinity')`),
      source: of(sql`span.source`),
      wanted: sql`exists (
               select
                 from watch_changes
                 join span on span.series = watch_changes.series
                where watch_changes.watch_id = ${id}
                  and watch_changes.route_low
             )`,
    })}`;
}

/** A bound that no price can be at or below is shown as none. */
export function toInfo(run: Run, currency: string, given: Map<number, Given>): Judged {
  const [{ check, decision, rules, bounds }] = run;
  const show = (amount: number | null) => (amount === null || amount <= 0 ? null : Money.toInfo(amount, currency));
  const toNearest = (found: Nearest | null) =>
    found && {
      rule: found.rule,
      bound: Money.toInfo(found.bound, currency),
      above: Money.toInfo(found.above, currency),
    };
  const alert = "fired" in decision ? given.get(check.at) : undefined;
  return {
    at: new Date(check.at).toISOString(),
    price: show(check.price),
    status: check.status,
    decision: decisionInfo(decision),
    rules: toRulesInfo(rules, currency),
    bounds: {
      target: show(bounds.target),
      drop: show(bounds.drop),
      newLow: show(bounds.new_low),
      routeLow: show(bounds.route_low),
    },
    nearest: toNearest(nearestOf(run[0])),
    alert: alert ?? null,
    run: run.length === 1 ? null : toRunInfo(run, show, toNearest),
  };
}

function toRunInfo<M, N>(run: Run, show: (amount: number | null) => M, toNearest: (found: Nearest | null) => N) {
  const priced = run.filter(({ check }) => check.price !== null);
  const byPrice = priced.sort((one, other) => one.check.price! - other.check.price!);
  const nearest = run.flatMap((step) => nearestOf(step) ?? []).sort((one, other) => one.above - other.above)[0];
  return {
    count: run.length,
    from: new Date(run.at(-1)!.check.at).toISOString(),
    to: new Date(run[0].check.at).toISOString(),
    lowest: show(byPrice[0]?.check.price ?? null),
    highest: show(byPrice.at(-1)?.check.price ?? null),
    nearest: toNearest(nearest ?? null),
  };
}
