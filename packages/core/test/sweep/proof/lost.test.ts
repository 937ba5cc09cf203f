import { beforeAll, expect, test } from "vitest";
import * as a from "../../support/factory.ts";
import { type Passage, throughProxy } from "../../support/proof/proxy.ts";
import { type Act, performActs, scene } from "../../support/proof/scene.ts";
import { deleteAll, dumpRows, saveSnapshot } from "../../support/proof/snapshot.ts";

let acts: Act[] = [];
/** The rows after each undisturbed act, and the number of its requests. */
const undisturbed: { world: string[]; requests: number }[] = [];

beforeAll(async () => {
  acts = scene(await a.user(), await a.user());
  for (const act of acts) {
    const requests = await throughProxy({}, act);
    undisturbed.push({ requests, world: await dumpRows() });
  }
});

test("the disturbed scene covers everything that can happen to a watch", () => {
  const lines = undisturbed.at(-1)!.world;
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  expect(count(/^alerts /)).toBeGreaterThan(8);
  for (const odd of ["ghost", "no_results", "provider_error", "rate_limited"]) {
    expect(count(new RegExp(`^price_observations .*"${odd}"`))).toBeGreaterThan(0);
  }
});

const losing: [string, (k: number) => Passage][] = [
  ["request", (k) => ({ there: (body, n) => (n === k ? undefined : body) })],
  ["answer", (k) => ({ back: (n) => n !== k })],
];

const patience = 120_000;

test.each(losing)(
  "whichever %s is lost, no alert is missed and none is repeated",
  { timeout: patience },
  async (what, lost) => {
    await deleteAll();
    for (const [index, act] of acts.entries()) {
      const { world, requests } = undisturbed[index]!;
      const again = await saveSnapshot();
      for (let k = 1; k <= requests; k++) {
        await again();
        const sent = await throughProxy(lost(k), () => performActs([act]));
        // Fares due at the same moment come in any order, so the number of requests may differ by one.
        if (k < requests) expect(sent, `act ${index} without its ${k}th ${what}`).toBeGreaterThan(k);
        expect(await dumpRows(), `act ${index} without its ${k}th ${what}`).toEqual(world);
      }
    }
  },
);
