import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import { directLows } from "../support/directlow.ts";
import { factor, runs } from "../support/runs.ts";
import { sweptLows } from "../support/sweptlow.ts";

const hour = 3_600_000;
const day = 24 * hour;
/** The moment that the histories end. */
const noon = Date.UTC(2026, 5, 15, 12);
const isoDay = (moment: number) => new Date(moment).toISOString().slice(0, 10);

beforeEach(async () => {
  await sql`truncate users, fare_keys cascade`;
});

type Made = { days: number; stay: number | null; cabin: string; adults: number; children: number; infants: number };
type Seen = { fare: number; ago: number; each: number; status: string; source: string };

/** Inserts fares of one route that depart `days` after the end of the history. */
async function insertFares(fares: Made[], counted = true): Promise<string[]> {
  const ids = fares.map((_, index) => `far_${index}`);
  for (const [index, { days, stay, cabin, adults, children, infants }] of fares.entries())
    await sql`
      insert into fares
        (id, origin, destination, departure_date, return_date, cabin, adults, child_ages, infants, currency, counted)
      values
        (${ids[index]}, 'STN', 'BGY', ${isoDay(noon + days * day)},
         ${stay === null ? null : isoDay(noon + (days + stay) * day)}, ${cabin}, ${adults},
         ${new Array(children).fill(4)}::smallint[], ${infants}, 'GBP', ${counted})`;
  return ids;
}

async function insertSeen(fares: Made[], seen: Seen[]): Promise<void> {
  const rows = seen.flatMap(({ fare, ago, each, status, source }) => {
    const made = fares[fare];
    const at = new Date(noon - ago).toISOString();
    return made
      ? [{ id: `far_${fare}`, at, price: each * (made.adults + made.children) + (ago % 3), status, source }]
      : [];
  });
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select *
      from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ at }) => at)}::timestamptz[],
                  ${rows.map(({ status }) => status)}::text[], ${rows.map(({ price }) => price)}::bigint[],
                  ${rows.map(({ source }) => source)}::text[])
    on conflict do nothing`;
}

/** The route lows that a sweep reads, as shares of the price of one passenger. */
async function readLows(ids: string[], source: string, at: Date) {
  return [...(await sweptLows(ids, source, at))]
    .map(([fareId, share]) => ({ fareId, each: share }))
    .sort((one, other) => (one.fareId < other.fareId ? -1 : 1));
}

async function expectedLows(ids: string[], source: string, at: Date) {
  return (await directLows(ids, source, at)).map(({ fareId, price, paying }) => {
    return { fareId, each: (price * 2520) / paying };
  });
}

const made = fc.record({
  days: fc.constantFrom(-3, 5, 9, 20, 45, 100, 101, 160),
  stay: fc.constantFrom(null, null, null, 7),
  cabin: fc.constantFrom("economy", "economy", "economy", "business"),
  adults: fc.integer({ min: 1, max: 9 }),
  children: fc.constant(0),
  infants: fc.integer({ min: 0, max: 1 }),
});
const seen = fc.record({
  fare: fc.nat(7),
  ago: fc.oneof(
    fc.integer({ min: 1, max: 100 * 24 * 60 }).map((minutes) => minutes * 60_000),
    fc.integer({ min: 88 * 24, max: 92 * 24 }).map((hours) => hours * hour),
    fc.integer({ min: 0, max: 30 }).map((hours) => hours * hour),
  ),
  each: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 50_00, max: 60_00 })),
  status: fc.constantFrom("ok", "ok", "ok", "ok", "ok", "partial", "ghost"),
  source: fc.constantFrom("one", "one", "two"),
});
const history = fc.record({
  fares: fc.uniqueArray(made, { minLength: 3, maxLength: 8, selector: (fare) => JSON.stringify(fare) }),
  seen: fc.array(seen, { minLength: 500, maxLength: 900, size: "max" }),
  parts: fc.integer({ min: 1, max: 4 }),
  counted: fc.boolean(),
  thinned: fc.array(fc.nat(7), { maxLength: 3 }),
  removed: fc.option(fc.nat(7)),
  rolledAt: fc.array(fc.integer({ min: -5 * 24, max: 6 }), { minLength: 1, maxLength: 3 }),
});

test("over random histories a sweep's route lows are those of the direct statement, to the minor unit", {
  timeout: 240_000 * factor,
}, async () => {
  let judged = 0;
  await fc.assert(
    fc.asyncProperty(history, async ({ fares, seen, parts, counted, thinned, removed, rolledAt }) => {
      await sql`truncate users, fare_keys cascade`;
      const ids = await insertFares(fares, counted);
      const compare = async () => {
        for (const ago of [0, 1, 6 * hour, 30 * hour, 40 * hour, -day, -3 * day + 1]) {
          const at = new Date(noon - ago);
          for (const source of ["one", "two"]) {
            const expected = await expectedLows(ids, source, at);
            judged += expected.length;
            expect(await readLows(ids, source, at)).toEqual(expected);
          }
        }
      };
      const size = Math.ceil(seen.length / parts);
      for (let part = 0; part < parts; part++) {
        await insertSeen(fares, seen.slice(part * size, (part + 1) * size));
        const late = rolledAt[part % rolledAt.length]!;
        if (part % 2 === 0) await Fare.rollUp(new Date(noon + late * hour), { batch: 200, fares: 2 });
      }
      await compare();
      const thin = thinned.map((index) => `far_${index}`);
      await sql`update fares set checked_at = ${new Date(noon)} where fares.id = any(${thin}::text[])`;
      await Fare.thin(new Date(noon + 15 * day));
      if (removed !== null) await sql`delete from fares where fares.id = ${`far_${removed}`}`;
      await compare();
      await Fare.rollUp(new Date(noon));
      expect(await sql`select from route_changes`).toEqual([]);
      await compare();
    }),
    { numRuns: runs(10), endOnFailure: true },
  );
  expect(judged).toBeGreaterThan(40);
});
