import { type Fragment, sql, utc } from "../base/db.ts";
import * as Flight from "../flight.ts";
import type { Watched } from "../outbox.ts";
import type { RuleName } from "../rule.ts";

/** An alert in a message, with its watch and prices as they are now. Amounts in minor units, instants in UTC ms. */
export type AlertOf = {
  messageId: string;
  id: string;
  at: string;
  watchId: string;
  watched: Watched & { adults: number; childAges: number[]; infants: number; cabin: string };
  price: number;
  previousPrice: number | null;
  currency: string;
  target: number | null;
  rules: RuleName[];
  alreadyTrue: boolean;
  mistakeFare: boolean;
  source: string | null;
  offer: Flight.KeptOffer | null;
  confirmedAt: string | null;
  /** What the codes of places and airlines in the alerts that were read together are called. */
  names: Flight.Names;
  /** The lowest price of each of the last 30 days with one, and the day's number since 1970. */
  days: number[];
  lows: number[];
  now: {
    fareId: string;
    isBasket: boolean;
    price: number | null;
    status: string | null;
    checkedAt: number | null;
    state: string;
    isActive: boolean;
    /** UTC ms; of a moment that is over too. */
    snoozedUntil: number | null;
    ended: boolean;
    /** UTC ms. */
    endsAt: number | null;
    /** The watch has begun anew since, with another subject. */
    isOther: boolean;
  };
};

const columns = sql`
           alerts.id,
           ${utc(sql`alerts.at`)} as at,
           alerts.watch_id as "watchId",
           jsonb_build_object(
             'origin', coalesce(alerts.origin, price_watches.origin_code),
             'destination', coalesce(alerts.destination, price_watches.destination_code),
             'departureDate', coalesce(alerts.departure_date, price_watches.departure_date),
             'returnDate', case when alerts.departure_date is null then price_watches.return_date else alerts.return_date end,
             'what', price_watches.what,
             'adults', price_watches.adults,
             'childAges', price_watches.child_ages,
             'infants', price_watches.infants,
             'cabin', price_watches.class
           ) as watched,
           alerts.price::float8,
           alerts.previous_price::float8 as "previousPrice",
           alerts.currency,
           price_watches.target_price::float8 as target,
           alerts.rules,
           alerts.already_true as "alreadyTrue",
           alerts.mistake_fare as "mistakeFare",
           alerts.source,
           alerts.offer,
           ${utc(sql`alerts.confirmed_at`)} as "confirmedAt",
           fares.days,
           to_jsonb(fares.day_lows) as lows,
           jsonb_build_object(
             'fareId', fares.id,
             'isBasket', fares.basket is not null,
             'price', fares.price,
             'status', fares.status,
             'checkedAt', (extract(epoch from fares.checked_at) * 1000)::float8,
             'state', price_watches.state::text,
             'isActive', price_watches.is_active,
             'snoozedUntil', (extract(epoch from price_watches.snoozed_until) * 1000)::float8,
             'ended', price_watches.ended_at is not null,
             'endsAt', (extract(epoch from price_watches.ends_at) * 1000)::float8,
             'isOther', price_watches.series is distinct from alerts.series
           ) as now`;

/** The watch of each of `alerts`, and what its fare costs now. */
const watchAndFare = sql`
      join price_watches on price_watches.id = alerts.watch_id
      join watch_fares on watch_fares.watch_id = price_watches.id
      join fares on fares.id = watch_fares.fare_id`;

/** Reads the alerts of these messages, oldest first. */
export async function readAlerts(messageIds: string[]): Promise<AlertOf[]> {
  if (messageIds.length === 0) return [];
  const rows = await sql`
    select alert_deliveries.message_id as "messageId",
           ${columns}
      from alert_deliveries
      join alerts on alerts.id = alert_deliveries.alert_id
      ${watchAndFare}
     where alert_deliveries.message_id = any(${messageIds}::text[])
       and alert_deliveries.status = 'pending'
     order by alerts.id`;
  const alerts = rows as Omit<AlertOf, "names">[];
  const names = await Flight.namesOfOffers(
    alerts.flatMap(({ offer }) => offer ?? []),
    alerts.flatMap(({ watched }) => [watched.origin, watched.destination]),
  );
  return alerts.map((alert) => ({ ...alert, names }));
}

/** Selects the newest alerts, newest first, that the channel which is on under this token gets. */
export const selectNewest = (tokenHash: string, limit: number): Fragment => sql`
    select '' as "messageId",
           ${columns}
      from channels
      join alerts on alerts.user_id = channels.user_id
      ${watchAndFare}
     where channels.token_hash = ${tokenHash}
       and channels.kind = 'atom'
       and channels.status = 'on'
       and (price_watches.channels is null or channels.id = any(price_watches.channels))
     order by alerts.id desc
     limit ${limit}`;
