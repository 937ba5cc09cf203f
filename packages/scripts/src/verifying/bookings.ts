import * as Vault from "@travel-conductor/core/base/vault";
import { instantOf } from "@travel-conductor/core/base/zone";
import {
  amountOf,
  currencyOf,
  dayAfter,
  dayOf,
  daysFrom,
  idOf,
  isMissing,
  jsonOf,
  length,
  madeAt,
  placeOf,
  replaced,
  said,
  wholeOf,
} from "./cell.ts";
import { compare, type Expected, type Found } from "./compare.ts";
import type { Context } from "./context.ts";
import { rowsOf } from "./latest.ts";
import type { OldRow } from "./old.ts";
import { type Owner, ownersOf } from "./owner.ts";
import { addressOf, givenOf, personOf, sealedLike } from "./person.ts";
import { placeNamed } from "./place.ts";
import { utc } from "./users.ts";

/** Compares the bookings, their passengers opened. */
export async function verifyBookings(context: Context): Promise<void> {
  await noteReferences(context);
  const table = { table: "bookings", money: "total_price", read: (ids: string[]) => read(context, ids) };
  await compare(context, table, expected(context));
}

/** A booking that must be here: what it is of, and when it was made, undefined where only the import's moment is left. */
type Booking = { id: string; row: OldRow; owner: Owner; made: string | undefined; trip: Trip };
type Trip = { origin: string; destination: string; departureDate: string; returnDate: string | null };

function* bookings(context: Context): Generator<Booking> {
  const { ofUser } = ownersOf(context);
  for (const row of rowsOf(context, "bookings", "created_at", "booking_date")) {
    const id = idOf(row("id"));
    const owner = ofUser(row("user_id"));
    const trip = tripOf(row);
    const isWanted = owner === "gone" || owner.state !== "unproven";
    const isWhole = trip && priceOf(row).total !== null && statusOf(row) && partySize(row) !== null;
    if (id === null || !isWanted || !isWhole) continue;
    yield { id, row, owner, trip, made: madeAt(id, row("created_at"), row("booking_date")) };
  }
}

function tripOf(row: OldRow): Trip | null {
  const [origin, destination] = [placeOf(row("origin")), placeOf(row("destination"))];
  const departureDate = dayOf(row("depart_date"));
  const returnDate = dayOf(row("return_date"));
  if (origin === null || destination === null || departureDate === null) return null;
  if (returnDate === null && !isMissing(row("return_date"))) return null;
  if (returnDate !== null && daysFrom(departureDate, returnDate) < -1) return null;
  return { origin, destination, departureDate, returnDate };
}

function priceOf(row: OldRow): { currency: string | null; total: number | null } {
  const currency = currencyOf(row("currency"), replaced);
  return { currency, total: amountOf(row("total_amount"), currency) };
}

function statusOf(row: OldRow): string | undefined {
  const status = isMissing(row("status")) ? "confirmed" : said(row("status"))?.toLowerCase();
  return ["confirmed", "cancelled"].find((one) => one === status);
}

/** The passengers that are described; an entry that is no object is empty. */
function detailsOf(row: OldRow): Record<string, unknown>[] {
  const list = jsonOf(row("passenger_details"));
  const isObject = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
  return Array.isArray(list) ? list.map((one) => (isObject(one) ? one : {})) : [];
}

/** How many travel: 1 to 50, or null. */
function partySize(row: OldRow): number | null {
  const size = Math.max(wholeOf(row("passengers")) ?? 0, detailsOf(row).length);
  return size >= 1 && size <= 50 ? size : null;
}

/** Notes which booking keeps a reference that several have: the oldest, unless one that was made here has it. */
async function noteReferences(context: Context): Promise<void> {
  const { old, here, at } = context;
  old.note("create table reference (text text, made text, id text, taken int default 0)");
  old.note("begin");
  for (const { id, row, made } of bookings(context))
    old.note("insert into reference (text, made, id) values (?, ?, ?)", [
      ...[said(row("booking_reference")) ?? "N/A", made ?? at.toISOString(), id],
    ]);
  old.note("create index reference_text on reference (text, made, id)");
  old.note("commit");
  const size = 1_000;
  for (let after = "", more = true; more; ) {
    const texts = [
      ...old.each(`select distinct text from reference where text > ? order by text limit ${size}`, [after]),
    ].map(({ text }) => String(text));
    const { rows } = await here.query(
      "select booking_reference from bookings where legacy_id is null and booking_reference = any ($1)",
      [texts],
    );
    for (const { booking_reference } of rows)
      old.note("update reference set taken = 1 where text = ?", [String(booking_reference)]);
    after = texts.at(-1) ?? "";
    more = texts.length === size;
  }
}

async function* expected(context: Context): AsyncGenerator<Expected> {
  const keeperOf = context.old.prepared("select id, taken from reference where text = ? order by made, id limit 1");
  for (const { id, row, owner, made, trip } of bookings(context)) {
    const reference = said(row("booking_reference")) ?? "N/A";
    const keeper = keeperOf(reference);
    const isLong = length(reference) > 200;
    const isKept = reference !== "N/A" && !isLong && keeper?.id === id && keeper.taken === 0;
    const { timeZone } = await placeNamed(trip.origin);
    const midnight = (day: string) => new Date(instantOf(timeZone, `${day}T00:00`)).toISOString();
    const airline = said(row("airline"));
    const { currency, total } = priceOf(row);
    yield {
      id,
      row: {
        user_id: owner === "gone" ? null : owner.id,
        booking_reference: isKept ? reference : `${[...reference].slice(0, 200).join("")}/${id}`,
        flight_data: { ...trip, ...(airline === null ? {} : { airline }) },
        passenger_count: partySize(row),
        ...passengersOf(row, owner),
        ...{ total_price: total, currency, status: statusOf(row) },
        departs_at: midnight(trip.departureDate),
        arrives_at: midnight(dayAfter([trip.departureDate, trip.returnDate ?? ""].sort().at(-1)!, 1)),
        created_at: made ?? ((value: unknown) => typeof value === "string"),
      },
    };
  }
}

/** A column for each passenger: a booking without an owner keeps no data of them. */
function passengersOf(row: OldRow, owner: Owner): Expected["row"] {
  const details = detailsOf(row);
  const contact = addressOf(row("contact_email"));
  const persons = Array.from({ length: partySize(row)! }, (_, index) => {
    const given = details[index] ?? {};
    const field = (name: string) => givenOf(given[name]);
    const { email, ...person } = personOf(
      {
        ...{ firstName: field("firstName"), lastName: field("lastName"), bornOn: field("dateOfBirth") },
        ...{ gender: field("gender"), email: field("email"), phone: field("phone") },
      },
      given.address,
    );
    return { ...person, email: email ?? (index === 0 ? contact : null) };
  });
  const isNobodys = owner === "gone" || owner.id === null;
  return Object.fromEntries(
    persons.map((person, index) => [`passenger_data[${index}]`, isNobodys ? isEmpty : sealedLike(person)]),
  );
}

/** Until how long after a journey the passengers are kept. */
const keptFor = 90 * 24 * 3_600_000;
const isEmpty = (value: unknown) => value === "nothing" || "must be empty";

async function read({ here, newest, at }: Context, ids: string[]): Promise<Map<string, Found>> {
  const { rows } = await here.query(
    `select id, user_id, booking_reference, flight_data, passenger_data, total_price::float8, currency, status,
            ${utc("departs_at")}, ${utc("arrives_at")}, ${utc("created_at")}, ${utc("updated_at")}
       from bookings where id = any ($1)`,
    [ids],
  );
  const parts = rows.map((row) =>
    Vault.partsOf(String(row.id), String(row.user_id ?? ""), row.passenger_data as { sealed?: string }[]),
  );
  const sealed = parts.flat().filter((part) => part.sealed !== "");
  const opened = await Vault.openAll("bookings", sealed);
  const valueOfPart = new Map(sealed.map(({ id }, index) => [id, opened[index]]));
  const forgotten = Math.max(at.getTime(), Date.now()) - keptFor;
  return new Map(
    rows.map(({ passenger_data, ...row }, index) => {
      const held = (parts[index] ?? []).map((part, nth) => [
        `passenger_data[${nth}]`,
        part.sealed === "" ? "nothing" : valueOfPart.get(part.id),
      ]);
      const isForgotten =
        held.every(([, value]) => value === "nothing") && Date.parse(String(row.arrives_at)) < forgotten;
      const isTouched = String(row.updated_at) > newest;
      const isChanged = (column: string) =>
        column.startsWith("passenger_data") ? isForgotten : isTouched && column === "status";
      return [
        String(row.id),
        { row: { ...row, passenger_count: held.length, ...Object.fromEntries(held) }, isChanged },
      ];
    }),
  );
}
