import { expect, test, vi } from "vitest";
import { commandsUnder, shell } from "./support/readme.ts";
import { ended, run, up } from "./support/run.ts";

vi.setConfig({ testTimeout: 180_000 });

type Json = Record<string, unknown>;
const parse = (line: string | undefined) => JSON.parse(line ?? "") as Json;
const first = commandsUnder("The first hour");

test("the README's commands do what it says, in their order and at any port", async () => {
  const { child, output } = run(["start", "--fresh"]);
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

  const filled = async () => ((await (await fetch(`${api}/health`)).json()) as { past: Json }).past.state;
  await expect.poll(filled, { timeout: 120_000, interval: 500 }).toBe("filled");
  const day = commandOf("DAY");
  const [insight, simulated] = (await shell(port, begun, day, commandsUnder("A past"))).map(parse);
  expect(insight).toMatchObject({ sample: { of: "dates" } });
  expect(["low", "typical", "high"]).toContain(insight?.verdict);
  expect(simulated).toMatchObject({ sample: { of: "search", days: expect.toSatisfy((days) => days >= 90) } });

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
