import { redis } from "@travel-conductor/core/base/cache";
import * as Flight from "@travel-conductor/core/flight";
import { counted, queues } from "@travel-conductor/local/testing";
import { afterEach, expect, test, vi } from "vitest";
import { handler } from "../../src/queue/refresh.ts";
import * as a from "../support/client.ts";

afterEach(() => void vi.restoreAllMocks());

const { departureDate } = a.wanted();
const journey = (destination: string) =>
  `/v1/flights?origin=STN&destination=${destination}&departureDate=${departureDate}`;
const search = async (path: string) => a.read(await a.call("GET", path), 200);

/** The event that Lambda makes of the queued messages. */
function queued() {
  const records = queues.refresh.receive(10).map(({ MessageId, ReceiptHandle, Body }) => {
    queues.refresh.remove(ReceiptHandle);
    return { messageId: MessageId, body: Body };
  });
  return { Records: records };
}

/** Makes the stored answer a moment old and no longer fresh. */
async function age(): Promise<void> {
  const moment = new Date().toISOString();
  for (const key of await redis.keys("flight:*")) await redis.hset(key, { at: moment, until: moment });
}

test("a cold search takes one provider call and six requests to the stores, two of them to count the call", async () => {
  const provider = vi.spyOn(Flight.provider, "search");
  await search(journey("MAD"));
  const cost = await counted(() => search(journey("LIS")));
  expect(cost).toEqual({ redis: 4, postgres: 2 });
  expect(provider).toHaveBeenCalledTimes(2);
});

test("a stale search takes one request to Redis, and is refreshed by the ticket that it left", async () => {
  const first = await search(journey("FCO"));
  await age();
  queued();
  expect(await counted(async () => expect(await search(journey("FCO"))).toMatchObject({ freshness: "stale" }))).toEqual(
    {
      redis: 1,
      postgres: 0,
    },
  );
  expect(await handler(queued())).toEqual({ batchItemFailures: [] });
  const renewed = await search(journey("FCO"));
  expect(renewed.freshness).toBe("cached");
  expect(renewed.searchedAt > first.searchedAt).toBe(true);
});

test("a message that is no ticket is delivered again, alone", async () => {
  await search(journey("AMS"));
  await age();
  queued();
  await search(journey("AMS"));
  const { Records } = queued();
  const bad = ["", "{}", "null", '{"criteria":{},"token":"x"}'].map((body, index) => ({
    messageId: `bad-${index}`,
    body,
  }));
  const { batchItemFailures } = await handler({ Records: [...bad, ...Records] });
  expect(batchItemFailures).toEqual(bad.map(({ messageId }) => ({ itemIdentifier: messageId })));
  expect(await search(journey("AMS"))).toMatchObject({ freshness: "cached" });
});
