import * as v from "valibot";
import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import type { Criteria } from "../flight.ts";
import * as Traveler from "../traveler.ts";
import * as Watch from "../watch.ts";
import { requireTerms } from "./fields.ts";
import { partyOf, passengersOf, requireComplete } from "./party.ts";
import { AutoHold, type AutoHoldInfo } from "./schema.ts";

const off: AutoHoldInfo = { state: "off", travelers: [], booking: null };

/** Whether a user's watch holds its flights by itself. @throws Problem `watch.missing` */
export async function get(userId: string, watch: string): Promise<AutoHoldInfo> {
  const [row] = await sql`
    select auto_holds.state,
           auto_holds.travelers,
           auto_holds.booking_id as booking
      from price_watches
      left join auto_holds on auto_holds.watch_id = price_watches.id
     where price_watches.id = ${watch}
       and price_watches.user_id = ${userId}`;
  if (!row) throw new Problem("missing", "watch.missing", "There is no such watch.");
  return row.state === null ? off : (row as AutoHoldInfo);
}

/**
 * Has the flights of a user's watch held at its target, from `at` on and once: sellers forbid repeated holds. Setting it
 * again allows another one. The travelers must have all that airlines ask for.
 * @throws ValiError, Problem `watch.missing`, `watch.ended`, `booking.no_target`, `booking.unproven`, `booking.party`,
 * `booking.terms`, and what finding the travelers throws
 */
export async function set(userId: string, watch: string, input: unknown, at: Date): Promise<AutoHoldInfo> {
  const { travelers: ids, terms } = v.parse(AutoHold, input);
  requireTerms(terms);
  const found = await Watch.get(userId, watch, at);
  if (found.state === "ended") throw new Problem("conflict", "watch.ended", "This watch has ended.");
  if (found.rules.target === null)
    throw new Problem("conflict", "booking.no_target", "Flights are held at a target price, which this watch has not.");
  const travelers = requireComplete(await Traveler.listFor(userId, ids));
  const criteria = criteriaOf(found);
  partyOf(travelers, criteria);
  passengersOf(travelers, criteria, true);
  const rows = await sql`
    insert into auto_holds (watch_id, user_id, travelers, terms_version, since)
    select ${watch}, users.id, ${ids}::text[], ${terms}, ${at}
      from users
     where users.id = ${userId}
       and users.email_verified
        on conflict (watch_id) do update
       set travelers = excluded.travelers,
           terms_version = excluded.terms_version,
           since = excluded.since,
           state = 'on',
           booking_id = null
    returning auto_holds.watch_id`;
  if (rows.length === 0) throw new Problem("forbidden", "booking.unproven", "Prove your e-mail address first.");
  return { state: "on", travelers: ids, booking: null };
}

/** Ends it. What is held stays held. @throws Problem `watch.missing` */
export async function end(userId: string, watch: string): Promise<void> {
  await get(userId, watch);
  await sql`delete from auto_holds where auto_holds.watch_id = ${watch} and auto_holds.user_id = ${userId}`;
}

/** A journey of the watch, for its party: ages are judged on its first and last day. */
function criteriaOf(watch: Watch.Info): Criteria {
  const { adults, childAges, infants, cabin, maxStops, currency } = watch;
  const departureDate = watch.departureDate ?? watch.departureFrom ?? `${watch.weekendsIn}-01`;
  const party = { adults, childAges, infants, cabin, maxStops, currency };
  const returnDate = watch.returnDate ?? watch.departureTo ?? null;
  return { ...party, origin: "", destination: "", departureDate, returnDate } as Criteria;
}
