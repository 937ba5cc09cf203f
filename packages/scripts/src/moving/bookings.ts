import { addDays } from "@travel-conductor/core/base/day";
import { stableId } from "@travel-conductor/core/base/id";
import { emailKey, isAddress } from "@travel-conductor/core/base/mailbox";
import * as Money from "@travel-conductor/core/base/money";
import { partId, sealAll } from "@travel-conductor/core/base/vault";
import { instantOf } from "@travel-conductor/core/base/zone";
import * as Booking from "@travel-conductor/core/booking";
import {
  amountOf,
  currencyOf,
  dayOf,
  isBlank,
  isMissing,
  jsonOf,
  madeAt,
  placeOf,
  textOf,
  wholeOf,
  wordOf,
} from "./cell.ts";
import { importedAs, isUnchanged, outcomeOf } from "./fate.ts";
import type { Row } from "./file.ts";
import { type Entry, toArray, toColumns } from "./ledger.ts";
import type { Decided, Given, Mover, Run } from "./move.ts";
import { ownerOf, withOwners } from "./owner.ts";
import { Losses, type Person, passengerOf } from "./person.ts";
import { zoneOf } from "./zone.ts";

type OldBooking = {
  id: string;
  legacyId: string;
  userId: string | null;
  reference: string;
  flights: { origin: string; destination: string; departureDate: string; returnDate: string | null; airline?: string };
  people: Person[];
  /** `passenger_data`, once it is sealed. */
  passengers: string;
  total: number;
  currency: string;
  status: string;
  createdAt: string;
  departsAt: string;
  arrivesAt: string;
};

/** The bookings of one run, which notes the references that became free in it. */
export function createBookings(): Mover<OldBooking, Map<string, string>> {
  const free = new Set<string>();
  return {
    source: "bookings",
    rows: (old) =>
      old.rows(`
        select *,
               row_number() over (
                 partition by "id place" = 1, word_of(booking_reference)
                 order by made_at(id, created_at, booking_date), id
               ) as "reference place"
          from (${withOwners(old, "bookings", "created_at", "booking_date")})
         order by "reference place", place`),
    digest: (row) => String(row["reference place"]),
    look: (given, entries, run) =>
      readHolders(
        run,
        given.filter(({ id, read }) => !isUnchanged(entries.get(id), read)),
      ),
    decide: (given, entries, taken, run) => decide(given, entries, taken, run, free),
    statements: (writes) => [write(writes.map(({ value }) => value))],
  };
}

/** `free` are the references that no booking has yet, because those that had them first were rejected. */
async function decide(
  given: Given[],
  entries: Map<string, Entry>,
  taken: Map<string, string>,
  run: Run,
  free: Set<string>,
): Promise<Decided<OldBooking>[]> {
  const decided: Decided<OldBooking>[] = [];
  for (const one of given) {
    const { id, row, read } = one;
    const entry = entries.get(id);
    if (isUnchanged(entry, read)) {
      decided.push({ outcome: outcomeOf(id, row, "unchanged") });
      continue;
    }
    const lost = new Losses();
    const value = await bookingOf(id, row, run.at, lost);
    if (typeof value === "string") {
      if (mayHold(row, free)) free.add(referenceOf(row));
      decided.push({ outcome: outcomeOf(id, row, value === "deleted" ? "left" : "rejected", value) });
      continue;
    }
    if (entry) value.id = entry.newId;
    const { reference } = value;
    const isLong = [...reference].length > longest;
    const isHolder = reference !== none && !isLong && mayHold(row, free) && (taken.get(reference) ?? id) === id;
    free.delete(reference);
    if (!isHolder) {
      lost.add(isLong ? "reference.cut" : "reference.repeated", "booking_reference", row.booking_reference);
      value.reference = `${[...reference].slice(0, longest).join("")}/${id}`;
    }
    decided.push({ ...importedAs(value.id, one, lost, read), write: { value, isNew: !entry } });
  }
  await seal(decided.flatMap(({ write }) => write?.value ?? []));
  return decided;
}

/** What stands in place of a reference that there is not. */
const none = "N/A";
/** The most characters of a reference: Postgres cannot index a text of several thousand bytes. */
const longest = 200;
const referenceOf = (row: Row) => wordOf(row.booking_reference) ?? none;

const mayHold = (row: Row, free: Set<string>) => row["reference place"] === 1n || free.has(referenceOf(row));

/** The old ids of the bookings here that have a reference; '' for one that was made here. */
async function readHolders({ reader }: Run, given: Given[]): Promise<Map<string, string>> {
  if (given.length === 0) return new Map();
  const { rows } = await reader.query<{ reference: string; holder: string }>({
    text: `select bookings.booking_reference as reference, coalesce(bookings.legacy_id, '') as holder
             from bookings
            where bookings.booking_reference = any ($1::text[])`,
    values: [given.map(({ row }) => wordOf(row.booking_reference) ?? "")],
  });
  return new Map(rows.map(({ reference, holder }) => [reference, holder]));
}

async function bookingOf(id: string, row: Row, at: Date, lost: Losses): Promise<OldBooking | string> {
  const owner = ownerOf(row);
  if ("fate" in owner && owner.fate !== "gone") return owner.why[0]!;
  const [origin, destination] = [placeOf(row.origin), placeOf(row.destination)];
  if (!origin || !destination) return "place";
  const departureDate = dayOf(wordOf(row.depart_date));
  const returnDate = isMissing(row.return_date) ? null : dayOf(wordOf(row.return_date));
  if (!departureDate || returnDate === undefined || (returnDate ?? departureDate) < addDays(departureDate, -1))
    return "day";
  const details = jsonOf(row.passenger_details);
  const list: unknown[] = Array.isArray(details) ? details : [];
  const count = Math.max(wholeOf(row.passengers) ?? 0, list.length);
  if (count < 1 || count > 50) return "party";
  const currency = currencyOf(row.currency, Money.former);
  const total = currency === undefined ? undefined : amountOf(row.total_amount, currency);
  if (currency === undefined || total === undefined) return "price";
  const status = isMissing(row.status) ? "confirmed" : (wordOf(row.status)?.toLowerCase() ?? "");
  if (status !== "confirmed" && status !== "cancelled") return "status";

  if ("fate" in owner) lost.why.push("owner.gone");
  const lose = (code: string) => lost.add(code, "passenger_details", row.passenger_details);
  if (!(Array.isArray(details) && list.every(isObject)) && details !== null && !isBlank(row.passenger_details))
    lose("passengers.unclear");
  const { made, clear } = madeAt(id, at, row.created_at, row.booking_date);
  if (!clear) lost.add("created.unclear", "created_at", row.created_at);
  // A booking without an account keeps no passengers: nothing of them is lost.
  const people = Array.from({ length: count }, (_, index) => {
    const entry = list[index];
    return passengerOf(isObject(entry) ? entry : {}, "fate" in owner ? () => undefined : lose);
  });
  if ("account" in owner) keepContact(row, people[0]!, lost);
  const airline = textOf(row.airline)?.trim();
  const zone = await zoneOf(origin);
  const begin = (day: string) => new Date(instantOf(zone, `${day}T00:00`)).toISOString();
  const last = returnDate !== null && returnDate > departureDate ? returnDate : departureDate;
  return {
    id: stableId("bkg", made, `bookings ${id}`),
    legacyId: id,
    userId: "account" in owner ? owner.account : null,
    reference: referenceOf(row),
    flights: airline
      ? { origin, destination, departureDate, returnDate, airline }
      : { origin, destination, departureDate, returnDate },
    people,
    passengers: "",
    total,
    currency,
    status,
    createdAt: made.toISOString(),
    departsAt: begin(departureDate),
    arrivesAt: begin(addDays(last, 1)),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The address of a booking is the first passenger's, unless that has another. */
function keepContact({ contact_email: cell }: Row, first: Person, lost: Losses): void {
  const contact = wordOf(cell);
  if (contact === undefined) return;
  if (!isAddress(contact)) lost.add("email.invalid", "contact_email", cell);
  else if (first.email === null) first.email = contact;
  else if (emailKey(first.email) !== emailKey(contact)) lost.add("contact.other", "contact_email", cell);
}

/** Seals the passengers of each booking, an entry each; without an owner the entries are empty. */
async function seal(list: OldBooking[]): Promise<void> {
  const { kindOf } = await Booking.party();
  const rows = list.flatMap(({ id, userId, people, flights }) =>
    userId === null
      ? []
      : people.map((one, index) => ({
          id: partId(id, index),
          owner: userId,
          // Without a day of birth an adult.
          value: { ...one, kind: one.bornOn === null ? "adult" : kindOf(one.bornOn, flights) },
        })),
  );
  const sealed = await sealAll("bookings", rows);
  let next = 0;
  for (const booking of list)
    booking.passengers = JSON.stringify(
      booking.people.map(() => (booking.userId === null ? {} : { sealed: sealed[next++] })),
    );
}

/** A booking that is here already is written over; where its owner's account was deleted it stays without one. */
function write(list: OldBooking[]) {
  return {
    text: `insert into bookings
             (id, legacy_id, user_id, booking_reference, flight_data, passenger_data, total_price, currency, status,
              created_at, updated_at, departs_at, arrives_at)
           select id, legacy_id, user_id, reference, flights::jsonb, passengers::jsonb, total, currency, status, made, made,
                  departs, arrives
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[],
                  $9::text[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])
                  as booking (id, legacy_id, user_id, reference, flights, passengers, total, currency, status, made, departs,
                              arrives)
           on conflict (id) do update
              set (booking_reference, flight_data, passenger_data, total_price, currency, status, departs_at, arrives_at) =
                  (excluded.booking_reference, excluded.flight_data,
                   case when bookings.user_id is null then bookings.passenger_data else excluded.passenger_data end,
                   excluded.total_price, excluded.currency, excluded.status, excluded.departs_at, excluded.arrives_at)`,
    values: [
      ...toColumns(list, "id", "legacyId", "userId", "reference"),
      toArray(list.map(({ flights }) => JSON.stringify(flights))),
      ...toColumns(list, "passengers", "total", "currency", "status", "createdAt", "departsAt", "arrivesAt"),
    ],
  };
}
