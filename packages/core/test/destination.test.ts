import { counted } from "@travel-conductor/local/testing";
import { beforeEach, expect, test } from "vitest";
import { isoDay, mondayOf } from "../src/base/day.ts";
import { sql } from "../src/base/db.ts";
import * as Destination from "../src/destination.ts";
import * as Fare from "../src/fare.ts";
import * as a from "./support/factory.ts";
import { type Observation, pounds, recordObservations } from "./support/insight.ts";

const msPerDay = 86_400_000;
const at = new Date("2026-11-22T12:00:00Z");
const ahead = (days: number) => isoDay(at.getTime() + days * msPerDay);

let route: { origin: string; destination: string };
const guide = (over: object = {}) =>
  Destination.get(route.destination, { from: route.origin, currency: "GBP", ...over }, at);

/** Two observations a day at these prices, going back from a day before `at`. */
const twiceDaily = (prices: number[]): Observation[] =>
  prices.map((price, index) => ({
    price,
    at: new Date(at.getTime() - (1 + Math.floor(index / 2)) * msPerDay - (index % 2) * 6 * 3_600_000),
  }));
const prices = (first: number, count = 40) => Array.from({ length: count }, (_, index) => first + index * 100);

beforeEach(() => {
  route = a.route();
});

test("Barcelona has its facts, as its packages and the published schedule say them", async () => {
  const { place, facts, costs, guide: prose } = await Destination.get("BCN", { from: "LON" }, at);
  expect(place).toMatchObject({ code: "BCN", kind: "airport", city: "Barcelona", country: "ES" });
  expect(facts).toMatchObject({ currencies: ["EUR"], callingCodes: ["34"], time: { offset: 60, ahead: 60 } });
  expect(facts.languages).toEqual(expect.arrayContaining(["es", "ca"]));
  expect(facts.daylight).toHaveLength(12);
  const [december, june] = [facts.daylight[11], facts.daylight[5]];
  expect(june).toMatchObject({ month: 6, sunrise: "06:18", sunset: "21:27" });
  expect(december?.minutes).toBeLessThan(570);
  expect(facts.nonstop.airports).toBeGreaterThan(100);
  const [busy] = facts.nonstop.fromHome;
  expect(busy).toMatchObject({ to: "BCN", minutes: expect.toSatisfy((minutes) => minutes > 100 && minutes < 150) });
  expect(busy?.airlines[0]?.weekly).toBeGreaterThan(6);
  const airlines = facts.nonstop.fromHome.flatMap(({ airlines }) => airlines.map(({ name }) => name));
  expect(airlines).toEqual(expect.arrayContaining(["British Airways", "Vueling"]));
  expect(prose).toEqual([]);
  expect(costs).toMatchObject({ origin: "LON", destination: "BCN", source: "simulator", simulated: true });
});

test("the sun stays up in June and down in December far in the north", async () => {
  const { facts } = await Destination.get("TOS", {}, at);
  expect(facts.daylight[5]).toEqual({ month: 6, minutes: 1_440, sunrise: null, sunset: null });
  expect(facts.daylight[11]).toEqual({ month: 12, minutes: 0, sunrise: null, sunset: null });
  expect(facts.time.ahead).toBeNull();
  expect(facts.nonstop.fromHome).toEqual([]);
});

test("a guide costs one request to Postgres", async () => {
  expect(await counted(() => guide())).toMatchObject({ postgres: 1, redis: 0 });
});

test("months, weeks, weekdays and leads are of the recorded prices of all their departures", async () => {
  const [near, far] = [ahead(35), ahead(70)];
  await recordObservations({ ...route, departureDate: near, adults: 2 }, twiceDaily(prices(20_000)));
  await recordObservations({ ...route, departureDate: far }, twiceDaily(prices(5_000)));
  for (const rolled of [false, true]) {
    // Before the first roll-up no prices are known to be there.
    if (rolled) await Fare.rollUp(at);
    const { costs } = await guide();
    if (!rolled) {
      expect(costs).toMatchObject({ status: "unknown", months: [], lowest: null });
      continue;
    }
    // For one person the near departure cost 100.00 to 119.50, the far one 50.00 to 89.00.
    expect(costs).toMatchObject({
      ...{
        origin: route.origin,
        destination: route.destination,
        source: "simulator",
        status: "known",
        sample: { observations: 80, days: 20 },
      },
      lowest: pounds(5_000),
      months: [
        {
          ...{ month: near.slice(0, 7), observations: 40, lowest: pounds(10_000) },
          ...{ lower: pounds(10_450), median: pounds(10_950), upper: pounds(11_450) },
        },
        { month: far.slice(0, 7), observations: 40, median: pounds(6_900) },
      ],
      weeks: [
        { monday: mondayOf(new Date(far)), observations: 40, median: pounds(6_900) },
        { monday: mondayOf(new Date(near)), observations: 40, median: pounds(10_950) },
      ],
      watchers: null,
    });
    expect(costs?.leads).toMatchObject([{ from: 31, to: 90, observations: expect.any(Number) }]);
    expect(costs?.weekdays).toMatchObject([{ weekday: 7, observations: 80, median: pounds(8_900) }]);
    const { costs: both } = await guide({ adults: 1, childAges: [4] });
    expect(both?.months[0]).toMatchObject({ median: pounds(21_900), lowest: pounds(20_000) });
  }
});

test("what too few prices, another source, cabin, currency or kind of trip says is not known", async () => {
  await recordObservations({ ...route, departureDate: ahead(40) }, twiceDaily(prices(5_000, 29)));
  const foreign = twiceDaily(prices(4_000)).map((each) => ({ ...each, source: "duffel" }));
  await recordObservations({ ...route, departureDate: ahead(41) }, foreign);
  await recordObservations({ ...route, departureDate: ahead(42), cabin: "business" }, twiceDaily(prices(4_000)));
  await recordObservations({ ...route, departureDate: ahead(43), returnDate: ahead(50) }, twiceDaily(prices(9_000)));
  await Fare.rollUp(at);
  expect((await guide()).costs).toMatchObject({ status: "unknown", sample: { observations: 29 }, months: [] });
  expect((await guide({ currency: "EUR" })).costs).toMatchObject({ status: "unknown", sample: { observations: 0 } });
  expect((await guide({ trip: "return" })).costs).toMatchObject({ status: "known", lowest: pounds(9_000) });
});

test("a guide counts the 90 days give or take a day, and nothing further back", async () => {
  const first = { price: 1_000, at: new Date(at.getTime() - 90 * msPerDay + 600_000) };
  await recordObservations({ ...route, departureDate: ahead(40) }, [...twiceDaily(prices(5_000)), first]);
  await Fare.rollUp(at);
  const seen = async (minutes: number) => {
    const later = new Date(at.getTime() + minutes * 60_000);
    const { costs } = await Destination.get(route.destination, { from: route.origin, currency: "GBP" }, later);
    return { ...costs?.sample, lowest: costs?.lowest };
  };
  expect(await seen(5)).toEqual({ observations: 41, days: 21, lowest: pounds(1_000) });
  expect(await seen(60)).toMatchObject({ observations: 41, lowest: pounds(1_000) });
  expect(await seen(25 * 60)).toEqual({ observations: 40, days: 20, lowest: pounds(5_000) });
});

test("what alerts said is shown from five people on", async () => {
  const say = async (price: number) => {
    const userId = await a.user();
    const watch = await a.watch({ ...route, departureDate: ahead(60), currency: "GBP" }, { userId });
    await sql`
      insert into alerts (id, user_id, watch_id, at, price, currency, rules, already_true, mistake_fare, origin, destination, departure_date, source)
      values (${`alr_${watch.id}`}, ${userId}, ${watch.id}, ${new Date(at.getTime() - msPerDay)}, ${price}, 'GBP', '{target}', false, false,
              ${route.origin}, ${route.destination}, ${ahead(60)}, 'simulator')`;
  };
  for (const price of [1_000, 2_000, 3_000, 4_000]) await say(price);
  expect((await guide()).costs?.watchers).toBeNull();
  await say(5_000);
  expect((await guide()).costs?.watchers).toEqual({ people: 5, alerts: 5, median: pounds(3_000) });
});

test("holidays of the asked days are of the place's country", async () => {
  await sql`
    insert into public_holidays (country, day, name, local_name, kind)
    values ('ES', '2031-01-06', 'Epiphany', 'Día de los Reyes Magos', 'public'), ('FR', '2031-01-06', 'Nothing', null, 'bank')`;
  const days = { firstDay: "2031-01-06", lastDay: "2031-01-06" };
  expect((await Destination.get("BCN", days, at)).holidays).toEqual({
    ...days,
    items: [{ day: "2031-01-06", name: "Epiphany", localName: "Día de los Reyes Magos", kind: "public" }],
  });
});

test.each([
  [{ from: "QQQ" }, "#from"],
  [{ firstDay: "2031-01-06" }, "lastDay"],
  [{ firstDay: "2031-01-06", lastDay: "2030-01-06" }, "lastDay"],
  [{ firstDay: "2031-01-06", lastDay: "2041-01-06" }, "lastDay"],
  [{ adults: 5, childAges: [3, 4, 5, 6, 7] }, "childAges"],
  [{ language: "xx" }, "language"],
  [{ unknown: 1 }, "unknown"],
])("%j is refused at %s", async (query, field) => {
  const error = await Destination.get("BCN", query as never, at).catch((error) => error);
  const fields = error.issues?.map((issue: { path: { key: string }[] }) => issue.path[0]?.key) ?? [
    error.errors?.[0]?.pointer,
  ];
  expect(fields).toContain(field);
});

test.each(["QQQ", "bcn", "", "BCNX", "'; drop table users"])("%j is no place", async (code) => {
  await expect(Destination.get(code, {}, at)).rejects.toMatchObject({ kind: "missing", code: "place.missing" });
});
