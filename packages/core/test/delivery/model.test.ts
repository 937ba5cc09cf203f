import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { deliveryHistories, playDeliveries } from "../support/model/deliveries.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { runs } from "../support/runs.ts";

vi.hoisted(() => Object.assign(process.env, { CHANNELS_TO_LOOPBACK: "yes" }));

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

/** Histories of the test. */
const numRuns = runs(4);

test(
  "whatever fails, dies or runs twice, each alert comes once, in time, or not at all where it holds no longer",
  async () => {
    const total = { alerts: 0, arrived: 0 };
    const property = fc.asyncProperty(deliveryHistories, async (history) => {
      const { alerts, arrived } = await playDeliveries(history, receiver);
      total.alerts += alerts;
      total.arrived += arrived;
    });
    await fc.assert(property, { numRuns, endOnFailure: true });
    // A history without alerts shows nothing.
    expect(total.alerts).toBeGreaterThan(numRuns);
    expect(total.arrived).toBeGreaterThan(numRuns);
  },
  numRuns * 20_000,
);
