import { dayNumber } from "../base/day.ts";
import { sql } from "../base/db.ts";
import { type DueReason, isOfSource, keptDays, sharesPerUnit } from "../fare.ts";
import type { FareProvider } from "../flight.ts";
import type { Check } from "../rule.ts";
import { type BasketPrice, lockBaskets, type SoonerCheck, writeBasketPrices } from "./basketprice.ts";
import { type JudgedWatch, readWatches, writeWatches } from "./judgedwatch.ts";

/** The result of one check of a fare or a basket, and when and why it is priced next. */
export type Checked = {
  fareId: string;
  fence: string;
  isBasket: boolean;
  /** For a basket, the fare whose price it is. */
  of: string | null;
  status: Check["status"];
  price: number | null;
  /** The price that the provider took back. It is recorded but never counts. */
  ghost: number | null;
  dueAt: Date | null;
  because: DueReason;
  doubtful: boolean;
  near: boolean | null;
  /** The fare's price in each of its baskets; for a basket, the outcome of a price that was confirmed. */
  parts: BasketPrice[];
  /** The fare of a basket that is to be priced sooner. */
  hastened: SoonerCheck | null;
};

/**
 * Writes observations, states, alerts and deliveries, and ends the leases: one statement, all or nothing for each fare.
 * Skips a fare that was claimed again since (its fence has risen), and a fare with a watch that was changed since it
 * was read (its version has risen). Locks watches in the order of their ids, so that overlapping sweeps wait and do not
 * deadlock. Running it again changes nothing, because the fence has risen.
 * @returns the skipped fares: a `moved` one must be judged again, a `lost` one was claimed by another worker or settled
 * before
 */
export async function settle(
  provider: FareProvider,
  at: Date,
  checked: Checked[],
  judged: JudgedWatch[],
): Promise<Map<string, "moved" | "lost">> {
  const confirmable = provider.confirm !== undefined;
  const some = judged.length > 0;
  const shared = checked.some((fare) => fare.isBasket || fare.parts.length > 0);
  const day = dayNumber(at.getTime());
  const rows = await sql`
    with checked as (
      select *
        from unnest(
               ${checked.map((fare) => fare.fareId)}::text[],
               ${checked.map((fare) => fare.fence)}::bigint[],
               ${checked.map((fare) => fare.of)}::text[],
               ${checked.map((fare) => fare.status)}::text[],
               ${checked.map((fare) => fare.price)}::bigint[],
               ${checked.map((fare) => fare.ghost)}::bigint[],
               ${checked.map((fare) => fare.dueAt?.toISOString() ?? null)}::timestamptz[],
               ${checked.map((fare) => fare.because)}::text[],
               ${checked.map((fare) => fare.doubtful)}::boolean[],
               ${checked.map((fare) => fare.near)}::boolean[]
             ) as checked (fare_id, fence, of_id, status, price, ghost, due_at, due_because, doubtful, near)
    ) ${some ? readWatches(at, judged) : noSql} ${shared ? lockBaskets(checked, some) : noSql}, settled as (
      update fares
         set claimed_until = null,
             source = ${provider.name},
             fence = fares.fence + 1,
             attempts = case when checked.status in ('provider_error', 'rate_limited') then fares.attempts else 0 end,
             -- Past this check's moment only when somebody has begun to watch since the claim.
             due_at = least(checked.due_at, case when fares.due_at > ${at}::timestamptz then fares.due_at end),
             due_because =
               case when fares.due_at > ${at}::timestamptz and fares.due_at < checked.due_at then 'new' else checked.due_because end,
             checked_at = ${at},
             status = checked.status,
             doubtful = checked.doubtful,
             near = checked.near,
             empties =
               case
                 when checked.status in ('ok', 'partial') or checked.ghost is not null then '{}'
                 when checked.status = 'no_results' then
                   (fares.empties || ${at}::timestamptz)[greatest(1, cardinality(fares.empties) - 3):]
                 else fares.empties
               end,
             price = case when checked.status = 'ok' then checked.price else fares.price end,
             priced_at = case when checked.status = 'ok' then ${at} else fares.priced_at end,
             changed_at =
               case when checked.status = 'ok' and checked.price is distinct from fares.price then ${at} else fares.changed_at end,
             lowest = case when checked.status = 'ok' then least(fares.lowest, checked.price) else fares.lowest end,
             highest = case when checked.status = 'ok' then greatest(fares.highest, checked.price) else fares.highest end,
             days =
               case
                 when checked.status <> 'ok' or fares.days[cardinality(fares.days)] = ${day}::integer then fares.days
                 else (fares.days || ${day}::integer)[greatest(1, cardinality(fares.days) - ${keptDays - 1}):]
               end,
             day_lows =
               case
                 when checked.status <> 'ok' then fares.day_lows
                 when fares.days[cardinality(fares.days)] = ${day}::integer then
                   fares.day_lows[:cardinality(fares.days) - 1]
                     || least(fares.day_lows[cardinality(fares.days)], checked.price)
                 else (fares.day_lows || checked.price)[greatest(1, cardinality(fares.days) - ${keptDays - 1}):]
               end
        from checked
       where fares.id = checked.fare_id
         and fares.fence = checked.fence
         and ${isOfSource(provider.name)}
         ${some ? sql`and checked.fare_id not in (select moved.fare_id from moved)` : noSql}
         ${shared ? sql`and (select count(*) from held) >= 0` : noSql}
      returning checked.*,
                fares.origin,
                fares.destination,
                fares.cabin,
                fares.currency,
                fares.departure_date,
                fares.return_date,
                fares.adults + cardinality(fares.child_ages) as paying,
                fares.counted and fares.basket is null as is_counted
    ), route_noted as (
      insert into route_changes
        (origin, destination, cabin, currency, departure_date, return_date, source, at, share, number)
      select settled.origin,
             settled.destination,
             settled.cabin,
             settled.currency,
             settled.departure_date,
             settled.return_date,
             ${provider.name},
             ${at}::timestamptz,
             settled.price * (${sharesPerUnit}::int / settled.paying),
             1
        from settled
       where settled.status = 'ok'
         and settled.is_counted
    ), observed as (
      insert into price_observations (fare_id, of_id, at, status, price, provider, confirmable)
      select settled.fare_id,
             settled.of_id,
             ${at}::timestamptz,
             settled.status,
             settled.price,
             ${provider.name},
             ${confirmable}::boolean
        from settled
       -- The notes above are those that a trigger would make.
       cross join (select set_config('route.noted', 'yes', true)) as noting
       union all
      select settled.fare_id,
             null,
             ${at}::timestamptz,
             'ghost',
             settled.ghost,
             ${provider.name},
             ${confirmable}::boolean
        from settled
       where settled.ghost is not null
    ) ${some ? writeWatches(provider.name, at) : noSql} ${shared ? writeBasketPrices(at, checked) : noSql}
    select checked.fare_id as "fareId",
           ${some ? sql`case when checked.fare_id in (select moved.fare_id from moved) then 'moved' else 'lost' end` : sql`'lost'`} as outcome
      from checked
      left join settled on settled.fare_id = checked.fare_id
     where settled.fare_id is null`;
  return new Map((rows as { fareId: string; outcome: "moved" | "lost" }[]).map((row) => [row.fareId, row.outcome]));
}

const noSql = sql``;
