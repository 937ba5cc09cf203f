import { existsSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { commandsUnder, shell } from "./support/readme.ts";
import { ended, run, up } from "./support/run.ts";

vi.setConfig({ testTimeout: 420_000 });

type Alerts = { items: { watchId: string; rules: string[]; price: { amount: string } }[] };

// Runs as soon as product time can be turned.
const canTurn = existsSync(new URL("../src/producttime.ts", import.meta.url));

test.skipIf(!canTurn)("with the clock of the README turned, a person's own watch drops, and drops again", async () => {
  const { child, output } = run(["start", "--fresh", "--speed", "1h/s"]);
  const { api } = await up({ child, output });
  const { port } = new URL(api);
  const filled = async () => ((await (await fetch(`${api}/health`)).json()) as { past: { state: string } }).past.state;
  await expect.poll(filled, { timeout: 120_000, interval: 500 }).toBe("filled");
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
