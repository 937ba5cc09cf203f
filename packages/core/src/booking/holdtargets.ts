import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { newId } from "../base/id.ts";
import { describeError, logger } from "../base/log.ts";
import * as Flight from "../flight.ts";
import { create } from "./create.ts";

/** The most that one call holds; the rest waits for the next one. */
const most = 10;
/** An alert older than that says nothing of what flights cost now. */
const fresh = "30 minutes";

type Due = {
  watch: string;
  userId: string;
  proven: boolean;
  travelers: string[];
  terms: string;
  offer: Flight.KeptOffer;
  criteria: Flight.Criteria;
};

/**
 * Holds the flights of watches that reached their target, where their owner wishes that: once each, until its owner acts.
 * Of several calls at once one takes a watch. What cannot be held, because it costs more by now or must be paid at once,
 * is waited for again. Ends the wish of those whose hold ran out a day ago. Returns how many were held.
 */
export async function holdTargets(at: Date): Promise<number> {
  const due = (await sql`
    with gone as (
      delete from auto_holds
       using bookings
       where bookings.id = auto_holds.booking_id
         and bookings.status in ('expired', 'failed')
         and bookings.updated_at < ${at}::timestamptz - interval '24 hours'
    ), settled as (
      -- A process that died while it asked: the booking says whether it was written.
      update auto_holds
         set state = case when booked.id is null then 'on' else 'held' end,
             booking_id = booked.id
        from auto_holds as left_over
        left join lateral (
               select bookings.id
                 from bookings
                where bookings.user_id = left_over.user_id
                  and bookings.watch_id = left_over.watch_id
                  and bookings.created_at >= left_over.since
                order by bookings.id desc
                limit 1
             ) as booked on true
       where left_over.watch_id = auto_holds.watch_id
         and auto_holds.state = 'holding'
         and auto_holds.since < ${at}::timestamptz - interval '5 minutes'
    ), due as materialized (
      select auto_holds.watch_id,
             (
               select alerts.id
                 from alerts
                where alerts.watch_id = auto_holds.watch_id
                  and alerts.at > auto_holds.since
                  and alerts.at > ${at}::timestamptz - ${fresh}::interval
                  and 'target' = any (alerts.rules)
                  and alerts.offer is not null
                order by alerts.id desc
                limit 1
             ) as alert_id
        from auto_holds
       where auto_holds.state = 'on'
         for no key update of auto_holds skip locked
    ), taken as (
      update auto_holds
         set state = 'holding',
             since = ${at}
        from due
       where auto_holds.watch_id = due.watch_id
         and due.watch_id in (select due.watch_id from due where due.alert_id is not null limit ${most})
      returning auto_holds.watch_id, auto_holds.user_id, auto_holds.travelers, auto_holds.terms_version, due.alert_id
    )
    select taken.watch_id as watch,
           taken.user_id as "userId",
           users.email_verified as proven,
           taken.travelers,
           taken.terms_version as terms,
           alerts.offer,
           jsonb_build_object(
             'origin', alerts.origin,
             'destination', alerts.destination,
             'departureDate', alerts.departure_date,
             'returnDate', alerts.return_date,
             'adults', price_watches.adults,
             'childAges', price_watches.child_ages,
             'infants', price_watches.infants,
             'cabin', price_watches.class,
             'maxStops', price_watches.max_stops,
             'currency', alerts.currency
           ) as criteria
      from taken
      join alerts on alerts.id = taken.alert_id
      join price_watches on price_watches.id = taken.watch_id
      join users on users.id = taken.user_id`) as Due[];
  const ends = await Promise.all(due.map((one) => hold(one, at)));
  return ends.filter(Boolean).length;
}

async function hold(due: Due, at: Date): Promise<boolean> {
  const { watch, userId, proven, travelers, terms, offer, criteria } = due;
  const caller = { payer: async () => Flight.ownerOf({ userId, proven }) };
  const id = newId("bkg", at);
  try {
    if (offer.payment.instant) return await wait(watch);
    const wish = { offer: Flight.toOfferId(criteria, offer), travelers, terms, hold: true, watch };
    await create(userId, wish, at, caller, id);
  } catch (error) {
    if (!(error instanceof Problem)) logger.error("flights not held", { watch, error: describeError(error) });
    return wait(watch);
  }
  await sql`
    update auto_holds
       set state = 'held',
           booking_id = ${id}
     where auto_holds.watch_id = ${watch}
       and auto_holds.state = 'holding'`;
  return true;
}

/** The next alert is waited for. */
async function wait(watch: string): Promise<false> {
  await sql`update auto_holds set state = 'on' where auto_holds.watch_id = ${watch} and auto_holds.state = 'holding'`;
  return false;
}
