import * as Analytics from "@travel-conductor/core/analytics";
import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import { env } from "@travel-conductor/core/base/env";
import * as Session from "@travel-conductor/core/session";
import { interceptRequests, withoutService } from "@travel-conductor/core/test/network";
import { counted } from "@travel-conductor/local/testing";
import { beforeEach, expect, test, vi } from "vitest";
import * as a from "./support/client.ts";

const path = `/v1/flights?origin=STN&destination=BGY&departureDate=${a.wanted().departureDate}`;
const search = (sent: a.Sent = {}) => a.call("GET", path, sent);

type Note = { requestId: string; sessionId: string | null };

/** The notes that wait in Redis, oldest first. */
async function notes(): Promise<Note[]> {
  const entries = (await redis.xrange("searches", "-", "+")) as unknown as [string, string[]][];
  return entries.map(([, [, text]]) => JSON.parse(text ?? ""));
}

beforeEach(async () => {
  await redis.del("searches");
  await search();
  await redis.del("searches");
});

test("a search is noted in its one request to Redis, with its session and its request's id", async () => {
  const { token } = await a.user();
  await search({ token });
  await redis.del("searches");
  const asked = async () => void (await a.read(await search({ token, headers: { "x-request-id": "mine" } }), 200));
  expect(await counted(asked)).toEqual({ redis: 1, postgres: 0 });
  expect(await notes()).toMatchObject([{ requestId: "mine", sessionId: Session.lookup(token).sessionId }]);
  await search();
  expect((await notes())[1]).toMatchObject({ sessionId: null });
});

test("a repeated request id neither moves a search to another user nor merges two", async () => {
  const [one, two] = [await a.user(), await a.user()];
  for (const { token } of [one, one, two]) await search({ token, headers: { "x-request-id": "same" } });
  await Analytics.flush(new Date(Date.now() + 60_000));
  const mine = async ({ token }: { token: string }) =>
    (await a.read(await a.call("GET", "/v1/me/searches", { token }), 200)).items.length;
  expect([await mine(one), await mine(two)]).toEqual([2, 1]);
});

test("a refused or invalid search is not noted", async () => {
  expect((await search({ address: await a.spent() })).status).toBe(429);
  expect((await a.call("GET", "/v1/flights?origin=STN")).status).toBe(422);
  expect((await a.call("GET", `${path}&nonsense=1`)).status).toBe(422);
  expect((await a.call("GET", path.replace("BGY", "XXX"))).status).toBe(422);
  expect(await notes()).toEqual([]);
});

test("a search is answered without Redis, and without its note", async () => {
  const { token } = await a.user();
  expect((await withoutService("redis", () => search({ token }))).status).toBe(200);
  const cut = interceptRequests(
    (service, body) => {
      if (service === "redis" && body.includes("searches")) throw new TypeError("fetch failed");
    },
    () => search({ token }),
  );
  expect((await cut).status).toBe(200);
  expect(await notes()).toEqual([]);
});

test("in the cloud, the time of a search is emitted by freshness, and nothing else about it but the id of the request", async () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  const { token } = await a.user();
  const spent = await a.spent();
  try {
    await search({ token });
    env.SST_STAGE = "production";
    await search({ token });
    await search({ address: spent });
    await a.call("GET", "/v1/airports?q=lon");
  } finally {
    delete env.SST_STAGE;
    write.mockRestore();
  }
  const metrics = lines.map((line) => JSON.parse(line)).filter((line) => "search" in line);
  const others = lines.map((line) => JSON.parse(line)).filter((line) => !("search" in line));
  expect(others).toEqual([
    { _aws: expect.anything(), requestId: expect.any(String), SearchesServed: 1, SearchesMissed: 0 },
  ]);
  const metric = (answer: string) => ({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: "travel-conductor/production",
          Dimensions: [["answer"]],
          Metrics: [{ Name: "search", Unit: "Milliseconds" }],
        },
      ],
    },
    answer,
    requestId: expect.any(String),
    search: expect.any(Number),
  });
  expect(metrics).toEqual([metric("cached"), metric("429")]);
});

test("deleting an account removes the user from its searches, also from those not yet written", async () => {
  const { token, userId } = await a.user();
  const headers = { "x-request-id": "of-somebody-who-left" };
  const later = () => new Date(Date.now() + 60_000);
  await search({ token, headers });
  await Analytics.flush(later());
  await search({ token, headers });
  expect((await a.call("DELETE", "/v1/me", { token })).status).toBe(204);
  expect(await Analytics.flush(later())).toEqual({ searches: 1, unreadable: 0 });
  const left = await sql`
    select
      from search_analytics
     where search_analytics.user_id = ${userId}
        or search_analytics.request_id = ${headers["x-request-id"]}`;
  expect(left).toEqual([]);
});

test("a search between several places counts and is noted as one for each pair", async () => {
  const [address, several] = [a.somewhere(), path.replace("STN", "STN,ltn").replace("BGY", "BGY,MXP")];
  const first = await a.call("GET", several, { address });
  expect(first.headers.get("ratelimit")).toContain("r=56");
  const { items, unanswered } = await a.read(first, 200);
  expect(unanswered).toEqual([]);
  const origins = items.map((offer: { slices: { origin: string }[] }) => offer.slices[0]?.origin);
  expect([...new Set(origins)].sort()).toEqual(["LTN", "STN"]);
  expect(await notes()).toHaveLength(4);
  // The stored answers are asked for in one more request: the limit is counted before.
  expect(await counted(async () => void (await a.call("GET", several, { address })))).toEqual({
    redis: 2,
    postgres: 0,
  });
  for (let left = 52; left > 0; left -= 4) await a.call("GET", several, { address });
  expect((await a.call("GET", several, { address })).status).toBe(429);
  const month = `/v1/flights/calendar?origin=STN,LTN&destination=BGY&currency=GBP&month=${a.wanted().departureDate.slice(0, 7)}`;
  expect((await a.call("GET", month)).headers.get("ratelimit")).toContain("r=58");
});
