import { beforeEach, expect, test, vi } from "vitest";
import { makeKey } from "../../src/base/datakey.ts";
import { sql } from "../../src/base/db.ts";
import { reseal } from "../../src/base/reseal.ts";
import { openOrder, openPassengers, sealOrder, sealPassengers } from "../../src/booking/order.ts";
import * as Traveler from "../../src/traveler.ts";
import * as a from "../support/factory.ts";
import { cutAt, interceptRequests } from "../support/network.ts";
import { now, passport, traveler } from "../support/travelers.ts";

const later = () => new Date(Date.now() + 25 * 3_600_000);

beforeEach(() => sql`delete from travelers`);

async function filled(count: number) {
  const userId = await a.user();
  for (let n = 0; n < count; n++) {
    const { id } = await traveler(userId, { familyName: `Number ${"abcdefghij"[n]}` });
    await Traveler.addDocument(userId, id, passport({ number: `C01X00T4${n}` }), now);
  }
  return userId;
}

/** How many rows are sealed with each version, old and new. */
async function versions(): Promise<Record<string, number>> {
  const rows = await sql`
    select split_part(held.sealed, '.', 1) as version, count(*)::int as rows
      from (select travelers.sealed from travelers union all select traveler_documents.sealed from traveler_documents) as held
     group by 1`;
  return Object.fromEntries(rows.map(({ version, rows }) => [version, rows]));
}

test("seals all rows with a new key, in batches, and they open as before", async () => {
  const userId = await filled(5);
  const [before] = Object.keys(await versions());
  const list = await Traveler.list(userId, {}, now);
  const { version, outcomes } = await reseal(later(), { batch: 2 });
  expect(version).toBe(Number(before) + 1);
  expect(outcomes).toEqual([
    { table: "travelers", column: "sealed", resealed: 5, changed: 0, unreadable: 0 },
    { table: "traveler_documents", column: "sealed", resealed: 5, changed: 0, unreadable: 0 },
    { table: "bookings", column: "sealed", resealed: 0, changed: 0, unreadable: 0 },
    { table: "bookings", column: "passenger_data", resealed: 0, changed: 0, unreadable: 0 },
  ]);
  expect(await versions()).toEqual({ [version]: 10 });
  expect(await Traveler.list(userId, {}, now)).toEqual(list);
});

test("a run within a day of the newest key makes none, and finds nothing to do", async () => {
  await filled(2);
  const { version } = await reseal(later());
  const again = await reseal(new Date());
  expect(again.version).toBe(version);
  expect(again.outcomes.map(({ resealed }) => resealed)).toEqual([0, 0, 0, 0]);
});

test("a run that is killed anywhere loses nothing, and the next one goes on", async () => {
  const userId = await filled(3);
  const list = await Traveler.list(userId, {}, now);
  await makeKey(Math.max(...Object.keys(await versions()).map(Number)));
  let at = 1;
  while (await cutAt(at, at % 2 === 0, () => reseal(new Date(), { batch: 1 }))) {
    expect(await Traveler.list(userId, {}, now)).toEqual(list);
    at++;
  }
  expect(at).toBeGreaterThan(4);
  const { version } = await reseal(new Date());
  expect(await versions()).toEqual({ [version]: 6 });
  expect(await Traveler.list(userId, {}, now)).toEqual(list);
});

test("a change that a person makes meanwhile stays", async () => {
  const userId = await filled(1);
  const [{ id } = { id: "" }] = (await Traveler.list(userId, {}, now)).items;
  let isFirst = true;
  const { outcomes } = await interceptRequests(
    async (_, body) => {
      if (!isFirst || !body.includes("unnest")) return;
      isFirst = false;
      await Traveler.update(userId, id, { familyName: "Meanwhile" }, now);
    },
    () => reseal(later()),
  );
  expect(outcomes[0]).toMatchObject({ resealed: 0, changed: 1 });
  expect(await Traveler.get(userId, id, {}, now)).toMatchObject({ familyName: "Meanwhile" });
  const { version } = await reseal(new Date());
  expect(await versions()).toEqual({ [version]: 2 });
});

test("a row that does not open is left as it is, and counted", async () => {
  const userId = await filled(2);
  const closed = `1.${"A".repeat(60)}`;
  const [{ id } = { id: "" }] = (await Traveler.list(userId, {}, now)).items;
  await sql`update travelers set sealed = ${closed} where travelers.id = ${id}`;
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  const { outcomes } = await reseal(later());
  vi.restoreAllMocks();
  expect(outcomes[0]).toEqual({ table: "travelers", column: "sealed", resealed: 1, changed: 0, unreadable: 1 });
  expect(await sql`select travelers.sealed from travelers where travelers.id = ${id}`).toEqual([{ sealed: closed }]);
});

test("each passenger of a booking is sealed anew, and the order; of removed ones and of those that do not open nothing", async () => {
  const userId = await a.user();
  const people = ["Ada", "Ben"].map((givenName) => ({ givenName }) as Parameters<typeof sealPassengers>[2][number]);
  const insert = async (id: string, passengers: object[], sealed: string | null) => sql`
    insert into bookings (id, user_id, booking_reference, flight_data, passenger_data, total_price, status, sealed, created_at)
    values (${id}, ${userId}, ${id}, '{"origin":"LHR","destination":"JFK"}', ${JSON.stringify(passengers)}::jsonb, 1, 'confirmed', ${sealed}, now())`;
  const order = { reference: "QWERTY", documents: [{ number: "125-1" }] } as Parameters<typeof sealOrder>[1];
  const whole = await sealPassengers("whole", userId, people);
  await insert("whole", whole, await sealOrder({ id: "whole", userId }, order));
  await insert("removed", [{}, {}], null);
  const moved = await sealPassengers("elsewhere", userId, people);
  await insert("moved", moved, null);
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  const { version, outcomes } = await reseal(later(), { batch: 2 });
  vi.restoreAllMocks();
  expect(outcomes.slice(2)).toEqual([
    { table: "bookings", column: "sealed", resealed: 1, changed: 0, unreadable: 0 },
    { table: "bookings", column: "passenger_data", resealed: 1, changed: 0, unreadable: 1 },
  ]);
  const rows = await sql`
    select bookings.id, bookings.passenger_data as passengers, bookings.sealed from bookings order by bookings.id`;
  const [keptMoved, removed, anew] = rows;
  expect(keptMoved?.passengers).toEqual(moved);
  expect(removed?.passengers).toEqual([{}, {}]);
  const passengers = anew?.passengers as { sealed: string }[];
  expect([anew?.sealed, ...passengers.map(({ sealed }) => sealed)].map((each) => String(each).split(".")[0])).toEqual(
    Array(3).fill(String(version)),
  );
  expect(await openPassengers({ id: "whole", userId, passengers })).toEqual(people);
  expect(await openOrder("whole", userId, String(anew?.sealed))).toEqual({ reference: "QWERTY", tickets: ["125-1"] });
});
