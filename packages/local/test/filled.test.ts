import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { journeysAt } from "../src/past/journeys.ts";
import { commandsUnder, shell } from "./support/readme.ts";
import { ended, query, run, up } from "./support/run.ts";

// Filling takes half a minute: it is done once, and the tests of this file go on from there, in their order.
vi.setConfig({ testTimeout: 240_000 });

const file = fileURLToPath(new URL("../src/past/process.ts", import.meta.url));

type Json = Record<string, unknown>;
type Alerts = { items: { watchId: string; rules: string[]; price: { amount: string } }[] };
type Health = { status: string; past?: { state: string; checks: number; of: number } };
const healthOf = async (api: string) => (await (await fetch(`${api}/health`)).json()) as Health;
const parse = (line: string | undefined) => JSON.parse(line ?? "") as Json;
const first = commandsUnder("The first hour");

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

  expect(await ended(second.child, "SIGINT")).toBe(0);
});

test("the README's commands do what it says, in their order and at any port", async () => {
  const { child, output } = run(["start"]);
  const { api } = await up({ child, output });
  const { port } = new URL(api);
  const lines = await shell(port, first, 'echo "$TOKEN"');
  const answers = lines.slice(0, 5).map(parse) as [Json, Json, Json, Json, Json];
  const [airports, flights, watch, watches, alerts] = answers;
  const token = lines.at(-1)!;
  expect((airports.items as { code: string }[]).slice(0, 3).map(({ code }) => code)).toEqual(
    expect.arrayContaining(["LHR", "LGW"]),
  );
  expect((flights.items as { simulated: boolean }[])[0]?.simulated).toBe(true);
  expect(watch).toMatchObject({ id: expect.stringMatching(/^wch_/) });
  expect((watches.items as Json[])[0]).toMatchObject({ id: watch.id });
  expect(alerts).toHaveProperty("items");
  const begun = `API=${api}/v1; JSON="content-type: application/json"; TOKEN=${token}`;
  const last = first.trimEnd().split("\n").at(-1)!;
  await expect
    .poll(async () => parse((await shell(port, begun, last))[0]).items, { timeout: 30_000, interval: 500 })
    .toEqual([
      expect.objectContaining({ watchId: watch.id, rules: expect.arrayContaining(["target"]), alreadyTrue: true }),
    ]);

  await expect.poll(async () => (await healthOf(api)).past?.state, { timeout: 60_000, interval: 500 }).toBe("filled");
  expect((await healthOf(api)).past?.of, "only what has come due since").toBeLessThan(50);
  const day = commandOf("DAY");
  const many = expect.toSatisfy((checks) => checks > 170);
  const [insight, simulated] = (await shell(port, begun, day, commandsUnder("A past"))).map(parse);
  expect(insight).toMatchObject({ sample: { of: "dates", observations: many } });
  expect(["low", "typical", "high"]).toContain(insight?.verdict);
  expect(simulated).toMatchObject({
    sample: { of: "search", checks: many, days: expect.toSatisfy((days) => days >= 90) },
  });

  const headers = { authorization: `Bearer ${token}` };
  const history = await (await fetch(`${api}/v1/watches/${watch.id}/history?limit=100`, { headers })).json();
  expect((history as Alerts).items).toHaveLength(100);

  const commands = commandsUnder("A search and a calendar");
  const [search, calendar] = (await shell(port, begun, day, commands)).map(parse) as [Json, Json];
  expect(search).toMatchObject({ status: "ok" });
  expect((calendar.items as { status: string }[]).every(({ status }) => status === "ok")).toBe(true);
  expect(await ended(child, "SIGINT")).toBe(0);
});

/** The command of the first block that sets this variable. */
function commandOf(variable: string): string {
  return first.split("\n").find((line) => line.startsWith(`${variable}=`))!;
}

test("with the clock of the README turned, a person's own watch drops, and drops again", async () => {
  // Six times as fast as in the README, where a sale begins every 72 seconds.
  const { child, output } = run(["start", "--speed", "6h/s"]);
  const { api } = await up({ child, output });
  const { port } = new URL(api);
  await expect.poll(async () => (await healthOf(api)).past?.state, { timeout: 60_000, interval: 500 }).toBe("filled");
  const set = commandsUnder("The first hour").split("\n").slice(0, 3).join("\n");
  const turned = commandsUnder("A clock to turn").trimEnd();
  const [made, , token] = await shell(port, set, turned, 'echo "$TOKEN"');
  const { id } = JSON.parse(made!) as { id: string };
  const last = turned.split("\n").at(-1)!;
  const drops = async () => {
    const [line] = await shell(port, set, `TOKEN=${token}`, last);
    return (JSON.parse(line!) as Alerts).items.filter(({ rules }) => rules.includes("drop"));
  };
  await expect.poll(async () => (await drops()).length, { timeout: 240_000, interval: 1_000 }).toBeGreaterThan(1);
  for (const { watchId } of await drops()) expect(watchId).toBe(id);
  const headers = { authorization: `Bearer ${token}` };
  const history = await (await fetch(`${api}/v1/watches/${id}/history?limit=100`, { headers })).json();
  const prices = new Set((history as Alerts).items.map(({ price }) => price?.amount));
  expect(prices.size).toBeGreaterThan(1);
  expect(await ended(child, "SIGINT")).toBe(0);
});
