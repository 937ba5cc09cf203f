import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { journeysAt } from "../src/past/journeys.ts";
import { ended, query, run, up } from "./support/run.ts";

vi.setConfig({ testTimeout: 180_000 });

const file = fileURLToPath(new URL("../src/past/process.ts", import.meta.url));

type Health = { status: string; past?: { state: string; checks: number; of: number } };
const healthOf = async (api: string) => (await (await fetch(`${api}/health`)).json()) as Health;
type Json = Record<string, unknown>;
const get = async (url: string, token = "") =>
  (await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json()) as Json;
const post = async (url: string, body: object, token = "") => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return (await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json()) as Json;
};

/** The days of the README: `DAY`, 60 days ahead by UTC's calendar. */
const readmeDay = () => new Date(Date.now() + 60 * 864e5).toISOString().slice(0, 10);

/** The number of checks that a first run writes. */
const wanted = () => journeysAt(new Date()).reduce((sum, { days }) => sum + 2 * days, 0);

test("fills 90 days of the market's past, goes on after it was killed half way, and doubles nothing", async () => {
  const first = run(["start"]);
  const { api } = await up(first);
  await expect.poll(async () => (await healthOf(api)).past?.checks, { timeout: 60_000 }).toBeGreaterThan(0);
  expect((await healthOf(api)).past).toMatchObject({ state: "filling", of: wanted() });
  await ended(first.child, "SIGKILL");
  const running = () =>
    execFileSync("ps", ["-eo", "args"])
      .toString()
      .split("\n")
      .filter((line) => line.includes(file));
  await expect.poll(running, { timeout: 10_000 }).toEqual([]);

  const second = run(["start"]);
  const { api: again, database } = await up(second);
  await expect.poll(async () => (await healthOf(again)).past?.state, { timeout: 120_000 }).toBe("filled");
  const { past } = await healthOf(again);
  expect(past?.of).toBeLessThan(wanted());
  expect(second.output()).toMatch(/The past of the simulated market is filled: \d+ checks in/);
  const { rows } = await query(
    database,
    `select checks.count::int as checks, count(*)::int as fares, sum(checks.count)::int as sum
       from (select count(*) from price_observations where provider = 'simulator' group by fare_id) as checks
      group by checks.count
      order by checks.count`,
  );
  const [few, many] = [4, 180].map((checks) => journeysAt(new Date()).filter(({ days }) => 2 * days === checks).length);
  expect(rows).toEqual([
    { checks: 4, fares: few, sum: 4 * few! },
    { checks: 180, fares: many, sum: 180 * many! },
  ]);

  // What the README asks for is there at once: a watch's own history, its simulation, insight and the calendar.
  const v1 = `${again}/v1`;
  const journey = `origin=LON&destination=BCN&currency=GBP`;
  const insight = await get(`${v1}/flights/insight?${journey}&departureDate=${readmeDay()}`);
  expect(insight).toMatchObject({ sample: { of: "dates", observations: expect.toSatisfy((each) => each > 170) } });
  expect(insight.verdict).not.toBe("not enough data");
  const { items } = await get(`${v1}/flights/calendar?${journey}&month=${readmeDay().slice(0, 7)}&nights=3`);
  expect(new Set((items as { status: string }[]).map(({ status }) => status))).toEqual(new Set(["ok"]));
  const person = { email: "ada@example.com", password: "a long enough secret", firstName: "Ada", lastName: "Example" };
  const { session } = await post(`${v1}/auth/signup`, person);
  const { token } = session as { token: string };
  const what = {
    origin: "LON",
    destination: "BCN",
    departureDate: readmeDay(),
    currency: "GBP",
    rules: { routeLow: true },
  };
  const simulated = await post(`${v1}/watches/simulate`, what, token);
  expect(simulated).toMatchObject({ sample: { of: "search", checks: expect.toSatisfy((each) => each > 170) } });
  const { id } = await post(`${v1}/watches`, what, token);
  const history = await get(`${v1}/watches/${id}/history?limit=100`, token);
  expect(history.items).toHaveLength(100);
  expect(await ended(second.child, "SIGINT")).toBe(0);

  const third = run(["start"]);
  const { api: last } = await up(third);
  await expect.poll(async () => (await healthOf(last)).past?.state, { timeout: 60_000 }).toBe("filled");
  expect((await healthOf(last)).past?.of).toBeLessThan(50);
});

test("starts without a past when it is told to", async () => {
  const { child, output } = run(["start", "--fresh", "--bare"]);
  const { api, database } = await up({ child, output });
  expect(await healthOf(api)).toEqual({ status: "ok" });
  expect((await query(database, "select from fares")).rowCount).toBe(0);
});

test("answers although the past cannot be filled", async () => {
  const bare = run(["start", "--fresh", "--bare"]);
  await query(
    (await up(bare)).database,
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
     create trigger refused before insert on price_observations for each statement execute function refuse()`,
  );
  await ended(bare.child, "SIGINT");
  const { child, output } = run(["start"]);
  const { api } = await up({ child, output });
  await expect.poll(async () => (await healthOf(api)).past?.state, { timeout: 60_000 }).toBe("failed");
  expect(output()).toMatch(/The past could not be filled \(.*no room\)/);
  const search = await fetch(`${api}/v1/flights?origin=LON&destination=BCN&departureDate=${readmeDay()}&currency=GBP`);
  expect(search.status).toBe(200);
  expect(await ended(child, "SIGINT")).toBe(0);
});
