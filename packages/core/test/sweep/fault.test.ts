import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import { logger } from "../../src/base/log.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { metricLines } from "../support/logs.ts";
import { interceptRequests } from "../support/network.ts";
import { deleteAll } from "../support/proof/snapshot.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour, minute, sweep } from "../support/sweep.ts";

/** A price that no observation may have: the statement that settles it violates a constraint. */
const poison = 666_00;

beforeEach(async () => {
  await deleteAll();
  await sql`alter table price_observations add constraint is_poison check (price <> ${sql.unsafe(String(poison))})`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await sql`alter table price_observations drop constraint is_poison`;
});

/** A day of August or September 2026 each. */
const dayOf = (n: number) => new Date(Date.UTC(2026, 7, 1 + n)).toISOString().slice(0, 10);

/** Watches `count` fares of one route, each with a target, by one user. Written in one statement, as there are many. */
async function manyFares(count: number): Promise<{ userId: string; names: string[] }> {
  const userId = await a.user();
  const { origin, destination } = a.route();
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
      select 'far_' || lpad(n::text, 6, '0'), ${origin}, ${destination}, date '2026-08-01' + n, 'economy', 1, 'GBP', ${a.noon}
        from generate_series(0, ${count - 1}::integer) as n
      returning *
    ), watched as (
      insert into price_watches
        (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price, what, since)
      select replace(id, 'far', 'wch'), ${userId}, origin, destination, departure_date, cabin, adults, currency, 70000, '{}', ${a.noon}
        from made
    )
    insert into watch_fares (watch_id, fare_id)
    select replace(id, 'far', 'wch'), id from made`;
  return { userId, names: Array.from({ length: count }, (_, n) => `${origin}-${destination} ${dayOf(n)}`) };
}

async function fareOf(name: string) {
  const [, day] = name.split(" ");
  const [row] = await sql`
    select fares.id,
           fares.claimed_until,
           fares.attempts,
           fares.due_because,
           fares.checked_at,
           extract(epoch from fares.due_at - ${a.noon}::timestamptz)::float8 as wait
      from fares
     where fares.departure_date = ${day}`;
  return row!;
}

test("one poisoned fare among 500 is put off, and the other 499 are settled and told once", async () => {
  const { names } = await manyFares(500);
  const bad = names[317]!;
  const error = vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const provider = stubProvider((name) => (name === bad ? poison : 100_00));
  let requests = 0;
  const count = () => void requests++;
  const report = await interceptRequests(count, () => Sweep.run(a.noon, { provider, cadence: everySweep, batch: 500 }));

  expect(report).toMatchObject({ fares: 500, alerts: 499, putOff: 1 });
  expect(requests).toBeLessThan(50);
  expect(await sql`select from price_observations`).toHaveLength(499);
  expect(await sql`select watch_id from alerts group by watch_id having count(*) = 1`).toHaveLength(499);
  const fare = await fareOf(bad);
  expect(fare).toMatchObject({ claimed_until: null, attempts: 1, due_because: "failure", checked_at: null });
  expect(fare.wait).toBeGreaterThanOrEqual(0.75 * 300);
  expect(fare.wait).toBeLessThanOrEqual(1.25 * 300);
  expect(error.mock.calls).toEqual([
    ["fares put off", { fares: [fare.id], error: expect.objectContaining({ code: "23514" }) }],
  ]);

  // The back-off grows, and the cured fare is told.
  const again = await Sweep.run(afterNoon(hour), { provider, cadence: everySweep, batch: 500 });
  expect(again).toMatchObject({ fares: 500, alerts: 0, putOff: 1 });
  expect((await fareOf(bad)).wait - 3600).toBeGreaterThanOrEqual(0.75 * 600);
  const cured = stubProvider(() => 100_00);
  const last = await Sweep.run(afterNoon(3 * hour), { provider: cured, cadence: everySweep, batch: 500 });
  expect(last).toMatchObject({ fares: 500, alerts: 1, putOff: 0 });
});

test("counts what is put off in a metric", async () => {
  const { names } = await manyFares(3);
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const lines = await metricLines(() => sweep(a.noon, { [names[0]!]: 100_00, [names[1]!]: poison }));
  expect(lines).toContainEqual(expect.objectContaining({ RowsAtFault: 1 }));
});

test("a confirmed price is not confirmed again when its batch is halved", async () => {
  const { userId, names } = await manyFares(8);
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const provider = stubProvider(
    (name) => (name === names[3] ? poison : 100_00),
    (_, total) => total,
  );
  const report = await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect(report).toMatchObject({ alerts: 7, putOff: 1 });
  expect(provider.confirmed.toSorted()).toEqual(names.toSorted());
  expect(await alertsOf(userId)).toHaveLength(7);
});

test("a statement that takes too long is cut into pieces until its fare stands alone", async () => {
  const { userId, names } = await manyFares(60);
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const slow = (await fareOf(names[41]!)).id as string;
  const provider = stubProvider(() => 100_00);
  const report = await interceptRequests(
    (service, body) => {
      if (service === "postgres" && body.includes(slow) && body.includes("insert into price_observations"))
        throw new DOMException("too late", "TimeoutError");
    },
    () => Sweep.run(a.noon, { provider, cadence: everySweep }),
  );
  expect(report).toMatchObject({ alerts: 59, putOff: 1 });
  expect(await alertsOf(userId)).toHaveLength(59);
});

test("a statement that is too large is halved", async () => {
  const { names } = await manyFares(40);
  const error = vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const statement = String(init?.body);
    const ids = statement.match(/far_\d{6}/g) ?? [];
    if (statement.includes("insert into price_observations") && new Set(ids).size > 12)
      return new Response("request is too large", { status: 413 });
    return send(input, init);
  };
  try {
    const report = await Sweep.run(a.noon, { provider: stubProvider(() => 100_00), cadence: everySweep });
    expect(report).toMatchObject({ fares: names.length, alerts: names.length, putOff: 0 });
  } finally {
    globalThis.fetch = send;
  }
  expect(error).not.toHaveBeenCalled();
});

test.each([
  ["refuses connections", () => new TypeError("fetch failed")],
  ["answers nothing in time", () => new DOMException("too late", "TimeoutError")],
])("a Postgres that %s is not asked again for each half", async (_, failure) => {
  const { names } = await manyFares(64);
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  let down = false;
  let asked = 0;
  const sweeping = interceptRequests(
    (service, body) => {
      if (service !== "postgres") return;
      down ||= body.includes("insert into price_observations");
      if (!down) return;
      asked++;
      throw failure();
    },
    () => Sweep.run(a.noon, { provider: stubProvider(() => 100_00), cadence: everySweep }),
  );
  await expect(sweeping).rejects.toThrow();
  expect(asked).toBeLessThanOrEqual(2);
  await sql`update fares set claimed_until = null`;
  const report = await Sweep.run(afterNoon(minute), { provider: stubProvider(() => 100_00), cadence: everySweep });
  expect(report).toMatchObject({ alerts: names.length, putOff: 0 });
});

test("a fault of every fare ends the sweep soon, and puts off only some", async () => {
  await manyFares(256);
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  let asked = 0;
  const count = () => void asked++;
  const provider = stubProvider(() => poison);
  await expect(
    interceptRequests(count, () => Sweep.run(a.noon, { provider, cadence: everySweep })),
  ).rejects.toMatchObject({ code: "23514" });
  expect(asked).toBeLessThan(150);
  const off = await sql`select from fares where due_because = 'failure'`;
  expect(off.length).toBe(16);
});

test("a basket at fault is put off, and a price of its fares does not end the back-off", async () => {
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const window = { departureDate: undefined, departureFrom: "2026-08-01", departureTo: "2026-08-03" };
  const bad = await a.watch({ ...window, rules: { target: "150.00" } });
  const good = await a.watch({ ...window, rules: { target: "150.00" } });
  const priceOf = (total: number) =>
    stubProvider((name) => (name.startsWith(`${bad.origin}-${bad.destination}`) ? total : 90_00));
  // The basket's own statement fails, those of its fares do not.
  await sql`alter table price_observations add constraint basket_is_poison check (of_id is null or price <> 8000)`;
  try {
    const report = await Sweep.run(a.noon, { provider: priceOf(80_00), cadence: everySweep });
    expect(report).toMatchObject({ fares: 6, baskets: 2, alerts: 1, putOff: 1 });
    expect(await alertsOf(good.userId)).toHaveLength(1);
    const soon = await Sweep.run(afterNoon(minute), { provider: priceOf(80_00), cadence: everySweep });
    expect(soon).toMatchObject({ fares: 6, baskets: 1, putOff: 0 });
  } finally {
    await sql`alter table price_observations drop constraint basket_is_poison`;
  }
  await Sweep.run(afterNoon(hour), { provider: priceOf(80_00), cadence: everySweep });
  expect(await alertsOf(bad.userId)).toHaveLength(1);
});

test("a watch whose state cannot be read does not keep the other watches of its fare from their alert", async () => {
  const { origin, destination, departureDate, name, id } = await a.watch({ rules: { target: "200.00" } });
  const other = await a.watch({ origin, destination, departureDate, rules: { target: "200.00" } });
  const error = vi.spyOn(logger, "error").mockImplementation(() => undefined);
  await sql`update price_watches set state = '{"rules": {"target": null}}' where id = ${id}`;
  await sweep(a.noon, { [name]: 190_00 });
  expect(await alertsOf(other.userId)).toEqual(["03-01T12:00 190.00 target"]);
  expect(error.mock.calls[0]).toEqual(["watch not judged", { watch: id, error: expect.anything() }]);
});

test("an answer that cannot be read is a failure of its own fare", async () => {
  const { names } = await manyFares(5);
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const broken = { status: "ok", offers: [null] } as never;
  const provider = stubProvider((name) => (name === names[2] ? broken : 100_00));
  const report = await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect(report).toMatchObject({ fares: 5, alerts: 4, failures: 1, putOff: 0 });
});

test("a check on demand of a fare at fault fails, and does not say that the watch is changing", async () => {
  const { userId, id } = await a.watch({ rules: { target: "200.00" } });
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const options = { provider: stubProvider(() => poison), cadence: everySweep };
  await expect(Sweep.check(userId, id, a.noon, options)).rejects.toMatchObject({ code: "23514" });
});

test("a watch that fired on one fare and is moved to another in the same sweep is told of both, and holds up no other", async () => {
  const first = await a.watch({ rules: { target: "200.00", drop: null } });
  const second = await a.watch({ rules: { target: "200.00", drop: null } });
  const others = await a.watch({ rules: { target: "200.00", drop: null } });
  const { origin, destination, departureDate } = second;
  const provider = stubProvider(async (name) => {
    // The batch of one: the first fare is settled when the second is searched.
    if (name === second.name) {
      await vi.waitFor(async () => expect(await alertsOf(first.userId)).toHaveLength(1), { interval: 5 });
      await Watch.update(first.userId, first.id, { origin, destination, departureDate }, afterNoon(minute));
    }
    return 190_00;
  });
  const report = await Sweep.run(a.noon, { provider, cadence: everySweep, batch: 1 });
  expect(report).toMatchObject({ fares: 3, alerts: 4, putOff: 0 });
  expect(await alertsOf(first.userId)).toEqual(["03-01T12:00 190.00 target", "03-01T12:00 190.00 target"]);
  expect(await alertsOf(others.userId)).toHaveLength(1);
  const told = await sql`
    select series, origin, destination, departure_date::text from alerts where watch_id = ${first.id} order by series`;
  expect(told).toEqual([
    { series: 1, origin: first.origin, destination: first.destination, departure_date: first.departureDate },
    { series: 2, origin, destination, departure_date: departureDate },
  ]);
  for (const series of [1, 2]) {
    const { items } = await Watch.decisions(first.userId, first.id, { limit: 10, series });
    expect(items.map(({ decision }) => "fired" in decision)).toEqual([true]);
  }
});
