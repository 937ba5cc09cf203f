import * as v from "valibot";
import { isoDay } from "../base/day.ts";
import { orMade, sql, transaction, utc } from "../base/db.ts";
import { type Fault, invalidFields, Problem } from "../base/error.ts";
import { newId } from "../base/id.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import { sealAll } from "../base/vault.ts";
import { missing, openOne, openRows, sealedTravelers, toInfo, travelersOf, unreadable } from "./row.ts";
import { Create, type Info, ListQuery, lackedBy, mostTravelers, type Person, Query, Update } from "./schema.ts";

/**
 * Adds a traveler under this `id`; repeating it with the same id changes nothing.
 * @throws ValiError, Problem `request.invalid` for a phone number that cannot be one and for a day of birth to come,
 * `traveler.limit`
 */
export async function create(userId: string, input: unknown, at: Date, id = newId("tvl")): Promise<Info> {
  const person = v.parse(Create, input);
  await check(person, at);
  const [sealed] = await sealAll(sealedTravelers, [{ id, owner: userId, value: person }]);
  const change = transaction({
    // Additions of one user run one after another, so that each counts the ones before.
    locked: sql`select from users where users.id = ${userId} for no key update`,
    added: sql`
      insert into travelers (id, user_id, sealed)
      select ${id}, users.id, ${sealed}
        from users
       where users.id = ${userId}
         and ${mostTravelers} > (select count(*) from travelers where travelers.user_id = ${userId})
      on conflict do nothing`,
    kept: travelersOf(userId, sql`and travelers.id = ${id}`),
  });
  const { kept } = await orMade(change, async () => {
    const kept = await travelersOf(userId, sql`and travelers.id = ${id}`);
    return kept.length > 0 ? { locked: [], added: [], kept } : undefined;
  });
  if (kept.length === 0) {
    throw new Problem("conflict", "traveler.limit", `An account has at most ${mostTravelers} travelers.`);
  }
  const [found] = await openRows(userId, kept);
  if (!found) throw unreadable();
  return toInfo(found, undefined, at);
}

/**
 * Lists a user's travelers with their documents, oldest first, in one request to Postgres. `unreadable` are the ids of
 * those of the page that do not open.
 * @throws ValiError, Problem `page.cursor`
 */
export async function list(
  userId: string,
  query: v.InferInput<typeof ListQuery>,
  at: Date,
): Promise<{ items: Info[]; nextCursor: string | null; unreadable: string[] }> {
  const { limit, cursor, journeyEnds } = v.parse(ListQuery, query);
  const after = decodeCursor(cursor);
  const which = after === null ? sql`` : sql`and travelers.id > ${after}`;
  const rows = await travelersOf(userId, sql`${which} order by travelers.id limit ${limit + 1}`);
  const { items, nextCursor } = toPage(rows, limit, ({ id }) => String(id));
  const opened = await openRows(userId, items);
  return {
    items: opened.flatMap((found) => (found ? [toInfo(found, journeyEnds, at)] : [])),
    nextCursor,
    unreadable: items.flatMap(({ id }, index) => (opened[index] ? [] : [String(id)])),
  };
}

/** @throws ValiError, Problem `traveler.missing` (also for another user's), `traveler.unreadable` */
export async function get(userId: string, id: string, query: v.InferInput<typeof Query>, at: Date): Promise<Info> {
  const { journeyEnds } = v.parse(Query, query);
  return toInfo(await openOne(userId, id), journeyEnds, at);
}

/**
 * Changes the fields that are given. The sealed value that was read must still be there when the new one is written, so
 * that of two changes at once none is lost.
 * @throws ValiError, Problem `request.invalid` as `create`, for a membership whose number is not known, and for what a
 * traveler that was moved in still lacks,
 * `traveler.missing` (also for another user's), `traveler.unreadable`, `traveler.busy`
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const change = v.parse(Update, input);
  await check(change, at);
  for (let tries = 0; tries < 3; tries++) {
    const rows = await travelersOf(userId, sql`and travelers.id = ${id}`);
    const [found] = await openRows(userId, rows);
    if (rows.length === 0) throw missing();
    if (!found) throw unreadable();
    const value = merge(found, change);
    requireComplete(value);
    const [sealed] = await sealAll(sealedTravelers, [{ id, owner: userId, value }]);
    const [written] = await sql`
      update travelers
         set sealed = ${sealed},
             updated_at = now()
       where travelers.id = ${id}
         and travelers.user_id = ${userId}
         and travelers.sealed = ${rows[0]?.sealed}
      returning ${utc(sql`travelers.updated_at`)} as "updatedAt"`;
    const { phoneAsGiven: _, address: __, ...kept } = found;
    if (written) return toInfo({ ...kept, ...value, updatedAt: String(written.updatedAt) }, undefined, at);
  }
  throw new Problem("conflict", "traveler.busy", "This traveler is changing right now.", { retryAfter: 1 });
}

/** Deletes a traveler with the documents. Bookings keep what they were made with. @throws Problem `traveler.missing` */
export async function remove(userId: string, id: string): Promise<void> {
  const [row] = await sql`
    delete from travelers
     where travelers.id = ${id}
       and travelers.user_id = ${userId}
    returning travelers.id`;
  if (!row) throw missing();
}

type Change = v.InferOutput<typeof Update>;

/** The person alone, without what stands beside it in its row. */
function merge(found: Person, { loyalty, ...change }: Change): Person {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Partial<Person>;
  const { givenName, familyName, bornOn, gender, title, email, phone, knownTravelerNumber, redressNumber, address } = {
    ...found,
    ...given,
  };
  const phoneAsGiven = change.phone === undefined ? found.phoneAsGiven : null;
  return {
    ...{ givenName, familyName, bornOn, gender, title, email, phone, knownTravelerNumber, redressNumber },
    ...(phoneAsGiven ? { phoneAsGiven } : {}),
    ...(address ? { address } : {}),
    loyalty: loyalty ? memberships(loyalty, found.loyalty) : found.loyalty,
  };
}

/** A change of a traveler that was moved in asks for what it lacks. */
function requireComplete(person: Person): void {
  const faults = lackedBy(person).map((field) => ({ pointer: `/${field}`, detail: "is needed by airlines" }));
  if (faults.length > 0) throw invalidFields(faults);
}

function memberships(given: NonNullable<Change["loyalty"]>, known: Person["loyalty"]): Person["loyalty"] {
  const faults: Fault[] = [];
  const merged = given.map(({ airline, number }, index) => {
    const kept = number ?? known.find((each) => each.airline === airline)?.number;
    if (kept === undefined)
      faults.push({ pointer: `/loyalty/${index}/number`, detail: "must be given: none is known for this airline" });
    return { airline, number: kept ?? "" };
  });
  if (faults.length > 0) throw invalidFields(faults);
  return merged;
}

async function check({ phone, bornOn }: Pick<Change, "phone" | "bornOn">, at: Date): Promise<void> {
  const faults: Fault[] = [];
  // The day may have begun already where the traveler is.
  if (bornOn !== undefined && bornOn > isoDay(at.getTime() + 14 * 3_600_000))
    faults.push({ pointer: "/bornOn", detail: "must not be in the future" });
  if (typeof phone === "string" && !(await import("./phone.ts")).isNumber(phone))
    faults.push({ pointer: "/phone", detail: "must be a number that exists in its country" });
  if (faults.length > 0) throw invalidFields(faults);
}
