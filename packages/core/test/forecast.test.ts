import { counted } from "@travel-conductor/local/testing";
import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import * as Analytics from "../src/analytics.ts";
import { sql } from "../src/base/db.ts";
import * as Clean from "../src/clean.ts";
import * as Fare from "../src/fare.ts";
import * as Forecast from "../src/forecast.ts";
import { scans, statementsOf } from "./support/explain.ts";
import * as a from "./support/factory.ts";
import { addObservations, recordObservations } from "./support/insight.ts";
import { logOf } from "./support/logs.ts";

const day = 86_400_000;
const at = new Date("2026-11-22T12:00:00Z");
const ago = (days: number) => new Date(at.getTime() - days * day);
const ahead = (days: number) => new Date(at.getTime() + days * day).toISOString().slice(0, 10);

const [high, low] = [4000, 2000];
/** A week dear, a week cheap: a dear price always falls within 7 days, a cheap one never. */
const weekly = (number: number) => (((number % 14) + 14) % 14 < 7 ? high : low);
/** The departures differ in the day on which their weeks begin. */
const priceAgo = (departure: number, days: number) => weekly(days + 3 * departure);

type Kind = { departures?: number; price?: typeof priceAgo; source?: string; nights?: number; last?: number };

let route: { origin: string; destination: string; departureDate: string };

beforeEach(async () => {
  await sql`truncate forecasts`;
  route = { ...a.route(), departureDate: ahead(50) };
});

/**
 * Records departures from 50 days ahead on, each with a price a day on the 85 days before, the last one `last` today. Each
 * has 33 cases or fewer: those of 8 and more days ago and of 90 days before departure at most.
 */
async function recordKind({
  departures = 10,
  price = priceAgo,
  source = "simulator",
  nights,
  last = high,
}: Kind = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let departure = 0; departure < departures; departure++) {
    const departureDate = ahead(50 + departure);
    const returnDate = nights === undefined ? null : ahead(50 + departure + nights);
    const past = Array.from({ length: 85 }, (_, index) => ({
      at: ago(index + 1),
      price: price(departure, index + 1),
      source,
    }));
    const today = { at: new Date(at.getTime() - 3_600_000), price: last, source };
    ids.push(await recordObservations({ ...route, departureDate, returnDate }, [...past, today]));
  }
  await sql`update fares set source = ${source} where id = any(${ids})`;
  await Fare.rollUp(at);
  return ids;
}

const ask = (over: object = {}, moment = at) => Forecast.ask({ ...route, currency: "GBP", ...over }, moment);
const kept = () =>
  sql`
    select day::text, departure_date::text as "departureDate", share::float8, cases, probability, why, outcome
      from forecasts
     order by id`;

describe("an answer", () => {
  test("says how often a price fell that stood as this one, costs one request to each store, and is kept once a day", async () => {
    const [id] = await recordKind();
    let said: Forecast.Result | undefined;
    expect(await counted(async () => (said = await ask()))).toEqual({ redis: 1, postgres: 1 });
    expect(v.parse(Forecast.Result, said)).toEqual(said);
    expect(said).toMatchObject({
      ...{ status: "answered", why: null, within: 7, threshold: "0.02", source: "simulator", simulated: true },
      ...route,
      price: { amount: "40.00", currency: "GBP" },
    });
    expect(said!.cases).toBeGreaterThanOrEqual(200);
    expect(said!.baseRate).toBeCloseTo(0.5, 1);
    expect(said!.probability).toBeGreaterThan(0.9);

    await sql`update fares set price = ${low} where id = ${id}`;
    const again = await ask();
    expect(again.probability).toBeLessThan(0.1);
    const row = { day: "2026-11-22", departureDate: route.departureDate, why: null, outcome: null };
    expect(await kept()).toEqual([{ ...row, share: high * 2520, cases: said!.cases, probability: said!.probability }]);
  });

  test("is for the price of one: a party is told the same of its total", async () => {
    await recordKind();
    await recordObservations({ ...route, adults: 2 }, [{ at: ago(0.1), price: 2 * high }]);
    const [one, two] = [await ask(), await ask({ adults: 2 })];
    expect(two).toEqual({ ...one, price: { amount: "80.00", currency: "GBP" } });
  });

  test("counts round trips apart from one-way ones", async () => {
    await recordKind({ departures: 10, nights: 5 });
    expect(await ask({ returnDate: ahead(55) })).toMatchObject({ status: "answered", returnDate: ahead(55) });
    await recordObservations(route, [{ at: ago(0.1), price: high }]);
    expect(await ask()).toMatchObject({ why: "too_few_cases", cases: 0 });
  });

  test("knows nothing of the day of the question, nor of later ones", async () => {
    const ids = await recordKind();
    const said = await ask();
    const later = Array.from({ length: 9 }, (_, index) => ({ at: new Date(at.getTime() + index * day), price: 100 }));
    for (const id of ids) await addObservations(id, later);
    await Fare.rollUp(at);
    expect(await ask()).toEqual(said);
  });
});

test("a popular route costs no more: the days of 40 departures are read, by index", async () => {
  await sql`
    with made as (
      insert into route_samples (origin, destination, cabin, currency, part, source, since)
      select ${route.origin}, ${route.destination}, 'economy', 'GBP', (${at}::timestamptz::date + n - date '1970-01-01')::text,
             'simulator', ${at}
        from generate_series(-20, 80) as n
      returning id
    )
    insert into route_days (sample_id, day, number, first, last, lowest, middle, ats, shares, numbers)
    select made.id, ${at}::timestamptz::date - n, 1, ${at}, ${at}, 2520 * (2000 + 7 * n), 1, '{}', '{}', '{}'
      from made
     cross join generate_series(1, 91) as n`;
  await sql`vacuum analyze route_samples`;
  await sql`vacuum analyze route_days`;
  const [request = []] = await statementsOf(() => ask());
  const read = (await scans(request[0]!)).filter(({ of }) => of === "route_days" || of === "route_samples");
  expect(read.filter(({ of, how }) => of === "route_days" && !/Index|Bitmap/.test(how))).toEqual([]);
  const rows = (table: string) => read.filter(({ of }) => of === table).reduce((sum, { rows }) => sum + rows, 0);
  expect(rows("route_samples")).toBe(101);
  expect(rows("route_days")).toBeGreaterThan(40 * 30);
  expect(rows("route_days")).toBeLessThanOrEqual(40 * 92);
});

test("an answer that cannot be kept is said all the same, and logged", async () => {
  await recordKind();
  await sql`alter table forecasts add constraint none_is_kept check (false)`;
  try {
    const { result, log } = await logOf(() => ask());
    expect(result).toMatchObject({ status: "answered" });
    expect(log).toContain("forecast.not_kept");
  } finally {
    await sql`alter table forecasts drop constraint none_is_kept`;
  }
});

describe("nothing is said", () => {
  test("below 200 cases, and the number of cases is told", async () => {
    await recordKind({ departures: 7 });
    const few = await ask();
    expect(few).toMatchObject({ status: "abstained", why: "too_few_cases", probability: null, baseRate: null });
    expect(few.cases).toBeGreaterThan(150);
    expect(few.cases).toBeLessThan(200);
    expect(await kept()).toMatchObject([{ why: "too_few_cases", probability: null, cases: few.cases }]);
  });

  test("from cases of another source", async () => {
    await recordKind({ source: "duffel" });
    expect(await ask()).toMatchObject({ why: "no_price", cases: 0 });
    await recordObservations({ ...route, maxStops: null, adults: 1, departureDate: ahead(60) }, [
      { at: ago(0.1), price: high },
    ]);
    expect(await ask({ departureDate: ahead(60) })).toMatchObject({ why: "too_few_cases", cases: 0 });
  });

  test("of a departure within 7 days, or without a price of the last 48 hours", async () => {
    expect(await ask({ departureDate: ahead(7) })).toMatchObject({ why: "departs_too_soon" });
    expect(await ask({ departureDate: ahead(8) })).toMatchObject({ why: "no_price", price: null });
    expect(await kept()).toMatchObject([{ why: "departs_too_soon", share: null }, { why: "no_price" }]);
  });

  test("where the place of a price told nothing about whether it fell", async () => {
    // The prices never change, so the base rate is right without a method.
    await recordKind({ price: () => high });
    expect(await ask()).toMatchObject({ why: "no_better_than_base_rate", baseRate: 0, probability: null });
    // In the newer part dear prices only rose, after they had always fallen before.
    route = { ...a.route(), departureDate: ahead(50) };
    await recordKind({
      price: (departure, days) => (days < 24 ? high - 50 * days : priceAgo(departure, days)),
    });
    expect(await ask()).toMatchObject({ status: "abstained", why: "no_better_than_base_rate" });
  });
});

describe("a watch", () => {
  test("is answered for the cheapest of its dates in one request, and of another user's is missing", async () => {
    const ids = await recordKind();
    const { userId, id } = await a.watch(
      { ...route, departureDate: undefined, departureFrom: ahead(50), departureTo: ahead(52) },
      { at },
    );
    await sql`update fares set price = 3900, priced_at = ${at} where id = ${ids[1]!}`;
    expect(await counted(() => Forecast.forWatch(userId, id, at))).toEqual({ redis: 0, postgres: 1 });
    expect(await Forecast.forWatch(userId, id, at)).toMatchObject({
      status: "answered",
      departureDate: ahead(51),
      price: { amount: "39.00" },
    });
    await expect(Forecast.forWatch(await a.user(), id, at)).rejects.toMatchObject({
      kind: "missing",
      code: "watch.missing",
    });
    expect(await kept()).toHaveLength(1);
  });

  test("with a limit of stops is answered for the lowest price of its dates", async () => {
    await recordKind({ last: 3000 });
    const { userId, id } = await a.watch({ ...route, maxStops: 0 }, { at });
    expect(await Forecast.forWatch(userId, id, at)).toMatchObject({ status: "answered", price: { amount: "30.00" } });
  });
});

describe("what was said is judged", () => {
  /** A forecast of the route said 8 days before `at`, with the lows of the days after it. */
  async function said(over: { price?: number; after?: number[]; probability?: number; departureDate?: string } = {}) {
    const { price = 5000, after = [], probability = 0.6, departureDate = route.departureDate } = over;
    await recordObservations(
      { ...route, departureDate },
      after.map((low, index) => ({ at: ago(7 - index), price: low })),
    );
    await sql`
      insert into forecasts
        (day, at, origin, destination, cabin, currency, departure_date, source, share, cases, base_rate, probability)
      values
        (${ago(8)}::timestamptz::date, ${ago(8)}, ${route.origin}, ${route.destination}, 'economy', 'GBP',
         ${departureDate}, 'simulator', ${price * 2520}, 300, 0.4, ${probability})`;
  }
  const outcomes = async () => (await kept()).map(({ outcome }) => outcome);

  test("by the lowest price of the 7 days after, and not where fewer than 4 days were seen", async () => {
    await said({ departureDate: ahead(40), after: [5000, 5000, 5000, 5000, 5000, 5000, 4900] });
    await said({ departureDate: ahead(41), after: [4901, 5000, 5000, 5000] });
    await said({ departureDate: ahead(42), after: [100, 5000, 5000] });
    await said({ departureDate: ahead(43) });
    await Fare.rollUp(at);
    expect(await Forecast.judge(ago(1))).toEqual({ judged: 0, refused: 0 });
    expect(await Promise.all([1, 2].map(() => Forecast.judge(at, { batch: 2 })))).toHaveLength(2);
    expect(await Forecast.judge(at)).toEqual({ judged: 0, refused: 0 });
    expect(await outcomes()).toEqual(["cheaper", "not cheaper", "unknown", "unknown"]);
  });

  test("and a row that cannot be judged holds up no other", async () => {
    await said({ departureDate: ahead(40), after: [4000, 4000, 4000, 4000] });
    await said({ departureDate: ahead(41), after: [4000, 4000, 4000, 4000] });
    await sql`update forecasts set share = 9000000000000000000 where departure_date = ${ahead(40)}`;
    await Fare.rollUp(at);
    const { result, log } = await logOf(() => Forecast.judge(at));
    expect(result).toEqual({ judged: 1, refused: 1 });
    expect(log).toContain("forecast.refused");
    expect(await outcomes()).toEqual(["unknown", "cheaper"]);
  });

  test("and told in numbers: by source, of 90 days, with rates from 30 judged answers on", async () => {
    const add = (number: number, over: object = {}) => {
      const row = {
        probability: 0.62,
        base: 0.5,
        why: null,
        outcome: null,
        source: "duffel",
        day: "2026-11-01",
        ...over,
      };
      return sql`
        insert into forecasts
          (day, at, origin, destination, cabin, currency, departure_date, source, cases, base_rate, probability, why,
           outcome, judged_at)
        select ${row.day}, ${at}, 'STN', 'BGY', 'economy', 'GBP', date '2027-01-01' + n, ${row.source}, 300,
               ${row.why === null ? row.base : null}, ${row.why === null ? row.probability : null}, ${row.why},
               ${row.outcome}, case when ${row.outcome}::text is not null then ${at}::timestamptz end
          from generate_series(1, ${number}::int) as n`;
    };
    await add(18, { outcome: "cheaper" });
    await add(11, { outcome: "not cheaper", day: "2026-11-02" });
    await add(5, { outcome: "unknown", day: "2026-11-03" });
    await add(2, { why: "no_price", day: "2026-11-22" });
    await add(3, { why: "too_few_cases", day: "2026-11-21" });
    await add(7, { day: "2026-08-24" });
    await add(1, { outcome: "cheaper", source: "simulator" });
    const few = { hitRate: null, brier: null, baseBrier: null };
    const { items, days } = (await Analytics.numbers(at)).forecast;
    expect(days).toBe(90);
    const tenth = { from: 0.6, to: 0.7, said: expect.closeTo(0.62), came: expect.closeTo(18 / 29), number: 29 };
    expect(items).toEqual([
      {
        ...{ source: "duffel", simulated: false, answered: 34, judged: 29, ...few, calibration: [tenth] },
        abstained: [
          { why: "no_price", number: 2 },
          { why: "too_few_cases", number: 3 },
        ],
      },
      expect.objectContaining({ source: "simulator", simulated: true, answered: 1, abstained: [], judged: 1, ...few }),
    ]);
    await add(1, { outcome: "not cheaper", probability: 0.1, day: "2026-11-04" });
    expect((await Analytics.numbers(at)).forecast.items[0]).toMatchObject({
      judged: 30,
      hitRate: expect.closeTo(19 / 30),
      brier: expect.closeTo((18 * 0.38 ** 2 + 11 * 0.62 ** 2 + 0.1 ** 2) / 30),
      baseBrier: expect.closeTo(0.25),
      calibration: [{ from: 0.1, to: 0.2, said: 0.1, came: 0, number: 1 }, tenth],
    });
    await add(1, { day: "2025-10-22" });
    await Clean.run(at);
    expect(await sql`select from forecasts where day < '2026-01-01'`).toEqual([]);
  });
});
