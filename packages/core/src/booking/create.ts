import * as v from "valibot";
import { sql, transaction, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { newId } from "../base/id.ts";
import * as Money from "../base/money.ts";
import * as Flight from "../flight.ts";
import * as Payment from "../payment.ts";
import * as Traveler from "../traveler.ts";
import { fault, requireTerms } from "./fields.ts";
import { sealPassengers } from "./order.ts";
import { partyOf, partyProblem, passengersOf, requireComplete } from "./party.ts";
import { get, selectOne, toInfo } from "./read.ts";
import { newReference } from "./reference.ts";
import { Create, type Info } from "./schema.ts";
import { digestOfParty, twinOf } from "./twin.ts";
import { note, wake } from "./wake.ts";

/** The most bookings of one account in 24 hours. */
const mostADay = 10;

/**
 * Starts to book an offer for a user's travelers at `at`: the flights are searched anew for this party, and the booking is
 * written with its first step, which a queue then takes. With the `id` of a booking of this user returns that booking, so
 * that a repeated request books nothing.
 * @throws ValiError, Problem `booking.unproven`, `booking.daily`, `booking.party`, `booking.terms`, `booking.hold`,
 * `booking.payment`, `booking.mode`, `booking.price`, `booking.gone`, `booking.duplicate`, what finding the travelers, the
 * card and the flights throws
 */
export async function create(
  userId: string,
  input: unknown,
  at: Date,
  caller: Flight.Caller = {},
  id: string = newId("bkg", at),
): Promise<Info> {
  const wanted = v.parse(Create, input);
  rejectFields(wanted);
  const { account, travelers, card } = await read(userId, wanted, id, at);
  if (account.exists) return get(userId, id, at);
  if (!account.proven) throw new Problem("forbidden", "booking.unproven", "Prove your e-mail address before you book.");
  const found = await Flight.findAgain(wanted.offer, (criteria) => partyOf(travelers, criteria), at, caller);
  if (found.offer === null) throw gone(found.similar);
  const { offer, criteria } = found;
  if (offer.total !== found.previousTotal) throw otherPrice(found.previousTotal, offer, found.id);
  if (wanted.hold && offer.payment.instant) throw fault("booking.hold", "/hold", "This offer must be paid at once");
  const isReal = !offer.simulated;
  if (!wanted.hold && isReal !== Payment.isLive())
    throw new Problem("conflict", "booking.mode", "Cards and flights here are not both real, so that none is booked.");
  const passengers = passengersOf(travelers, criteria, offer.documentsRequired);
  const sealed = await sealPassengers(id, userId, passengers);
  const { departsAt, arrivesAt } = Flight.spanOf(offer.slices);
  const flights = {
    origin: offer.slices[0]!.origin,
    destination: offer.slices[0]!.destination,
    departureDate: criteria.departureDate,
    returnDate: criteria.returnDate,
    slices: offer.slices,
    bags: offer.bags,
    conditions: offer.conditions,
  };
  const party = digestOfParty(wanted.travelers, wanted.again ? id : "");
  const twin = twinOf(party, offer.slices);
  await note(at);
  for (let tries = 0; ; tries++) {
    const made = transaction({
      locked: sql`select from users where users.id = ${userId} for no key update`,
      made: sql`
      insert into bookings
        (id, user_id, booking_reference, flight_data, passenger_data, total_price, currency, status, created_at,
         updated_at, watch_id, step, due_at, step_at, offer, simulated, hold, card, departs_at, arrives_at, party, twin,
         terms_version)
      select ${id}, ${userId}, ${newReference()}, ${JSON.stringify(flights)}::jsonb, ${JSON.stringify(sealed)}::jsonb,
             ${offer.total}, ${offer.currency}, 'pending', ${at}, ${at},
             (select price_watches.id from price_watches
               where price_watches.id = ${wanted.watch} and price_watches.user_id = ${userId}),
             ${wanted.hold ? "order" : "authorize"}, ${at}, ${at}, ${JSON.stringify({ kept: offer, criteria })}::jsonb,
             ${offer.simulated}, ${wanted.hold}, ${card && JSON.stringify({ customer: card.customer, token: card.token })}::jsonb,
             ${departsAt}, ${arrivesAt}, ${party}, ${twin}, ${wanted.terms}
       where (
               select count(*)
                 from bookings
                where bookings.user_id = ${userId}
                  and bookings.created_at > ${at}::timestamptz - interval '24 hours'
             ) < ${mostADay}
      on conflict (id) do nothing
      returning bookings.id`,
      recorded: sql`
      insert into booking_events (booking_id, number, at, kind)
      select bookings.id, 1, ${at}, 'requested'
        from bookings
       where bookings.id = ${id}
      on conflict do nothing`,
      known: selectOne(userId, id),
    });
    try {
      const [row] = (await made).known;
      if (!row)
        throw new Problem("limit", "booking.daily", `You can make ${mostADay} bookings a day.`, { retryAfter: 3_600 });
      await wake(id);
      return toInfo(row, userId, at);
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === "bookings_booking_reference_key" && tries < 5) continue;
      if (constraint === "bookings_twin") throw duplicate();
      throw error;
    }
  }
}

function rejectFields({ hold, paymentMethod, travelers, terms }: v.InferOutput<typeof Create>): void {
  requireTerms(terms);
  if (!hold && paymentMethod === null)
    throw fault("booking.payment", "/paymentMethod", "is needed, unless the offer is held");
  const twice = travelers.findIndex((one, index) => travelers.indexOf(one) !== index);
  if (twice >= 0) throw partyProblem([{ pointer: `/travelers/${twice}`, detail: "is named twice" }]);
}

/** Reads all that a booking is made of, in one request. */
async function read(
  userId: string,
  { travelers: ids, paymentMethod }: v.InferOutput<typeof Create>,
  id: string,
  at: Date,
) {
  const [Party, Cards] = await Promise.all([Traveler.party(), Payment.cards()]);
  const rows = await transaction({
    accounts: sql`
    select users.email_verified as proven,
           exists (
             select from bookings where bookings.id = ${id} and bookings.user_id = users.id
           ) as exists
      from users
     where users.id = ${userId}`,
    travelers: Party.selectFor(userId, ids),
    cards: paymentMethod === null ? [] : Cards.selectCard(userId, paymentMethod, at),
  });
  return {
    account: rows.accounts[0] as { proven: boolean; exists: boolean },
    travelers: requireComplete(await Party.readFor(userId, ids, rows.travelers)),
    card: paymentMethod === null ? null : Cards.readCard(rows.cards),
  };
}

const duplicate = () =>
  new Problem("conflict", "booking.duplicate", "These travelers are booked on these flights already.");

/** The price moved: the new offer's id accepts it. */
function otherPrice(before: number, { total, currency }: Flight.KeptOffer, offer: string): Problem {
  const more = { offer, total: Money.toInfo(total, currency), previousTotal: Money.toInfo(before, currency) };
  return new Problem("conflict", "booking.price", "The price has changed.", { more });
}

const gone = (similar: Flight.Info[]) =>
  new Problem("gone", "booking.gone", "These flights are no longer sold with these terms.", { more: { similar } });
