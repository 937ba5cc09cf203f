import { expect, test, vi } from "vitest";
import { ended, query, run, up } from "./support/run.ts";

vi.setConfig({ testTimeout: 180_000 });

type Health = { status: string; past?: { state: string; checks: number; of: number } };
const healthOf = async (api: string) => (await (await fetch(`${api}/health`)).json()) as Health;

/** The days of the README: `DAY`, 60 days ahead by UTC's calendar. */
const readmeDay = () => new Date(Date.now() + 60 * 864e5).toISOString().slice(0, 10);

test("starts without a past when it is told to, and answers although the past cannot be filled", async () => {
  const bare = run(["start", "--fresh", "--bare"]);
  const { api: first, database } = await up(bare);
  expect(await healthOf(first)).toEqual({ status: "ok", mail: null });
  expect((await query(database, "select from fares")).rowCount).toBe(0);
  await query(
    database,
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
