import { counted } from "@travel-conductor/local/testing";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";

const faults = async (path: string, token: string) => {
  const { code, errors } = await a.read(await a.call("GET", path, { token }), 422);
  expect(code).toBe("request.invalid");
  return Object.fromEntries(
    errors.map(({ pointer, detail }: { pointer: string; detail: string }) => [pointer, detail]),
  );
};

test("every unknown parameter and value of the lists is named", async () => {
  const { token } = await a.user();
  expect(await faults("/v1/watches?state=active,asleep&origin=London&q=&sort=lowest&label=x&limit=0", token)).toEqual({
    "#state": "must be one of active, snoozed, paused, ended",
    "#origin": "must be a three-letter IATA code, such as STN",
    "#q": "must not be empty",
    "#sort": "must be one of created, departure, price, changed",
    "#label": "is not a parameter of this route",
    "#limit": "must be 1 or more",
  });
  expect(
    await faults("/v1/alerts?unread=1&watchId=x&rule=cheap&from=yesterday&to=2026-02-30T00:00:00Z&at=x", token),
  ).toEqual({
    "#unread": "must be true or false",
    "#watchId": "must be the id of a watch",
    "#rule": "must be one of target, drop, new_low, route_low",
    "#from": "must be a moment, such as 2026-11-26T08:00:00Z",
    "#to": "must be a day that exists",
    "#at": "is not a parameter of this route",
  });
  expect(await faults("/v1/me/searches?origin=S&destination=1&q=x", token)).toEqual({
    "#origin": "must be a three-letter IATA code, such as STN",
    "#destination": "must be a three-letter IATA code, such as STN",
    "#q": "is not a parameter of this route",
  });
});

test("searches are listed by route: of a place, of its city and of its airports", async () => {
  const { token } = await a.user();
  const { id } = await a.search(token);
  const ids = async (query: string) => {
    const { items } = await a.read(await a.call("GET", `/v1/me/searches?${query}`, { token }), 200);
    return items.map((search: { id: string }) => search.id);
  };
  for (const query of ["origin=STN", "origin=lon&destination=BGY", "destination=MIL"])
    expect(await ids(query)).toEqual([id]);
  for (const query of ["origin=BGY", "origin=STN&destination=LIN"]) expect(await ids(query)).toEqual([]);
});

test("alerts that were shown are marked read, and the count follows; each is one request to Postgres", async () => {
  const { token } = await a.user();
  const [{ id }] = [await a.alert(token), await a.alert(token)];
  const unread = async () => (await a.read(await a.call("GET", "/v1/alerts/unread", { token }), 200)).unread;
  expect(await unread()).toBe(2);
  const { items } = await a.read(await a.call("GET", "/v1/alerts", { token }), 200);
  const until = items.find((alert: { id: string }) => alert.id === id).createdAt;
  const read = () => a.call("POST", "/v1/alerts/read", { token, body: { until } });
  expect(await a.read(await read(), 200)).toEqual({ unread: 1 });
  expect(await a.read(await read(), 200)).toEqual({ unread: 1 });
  expect(await unread()).toBe(1);
  expect(await counted(read)).toMatchObject({ postgres: 1 });
});

test("a watch shows its trend, its last status and its change wherever it is answered", async () => {
  const { token } = await a.user();
  const { id } = await a.watch(token);
  const shown = { lastStatus: null, changedAt: null, trend: [], lowestPrice: null, highestPrice: null };
  expect(await a.read(await a.call("GET", `/v1/watches/${id}`, { token }), 200)).toMatchObject(shown);
  await a.read(await a.call("POST", `/v1/watches/${id}/check`, { token }), 200);
  const { items } = await a.read(await a.call("GET", "/v1/watches?sort=changed&state=active", { token }), 200);
  expect(items).toMatchObject([
    { id, lastStatus: "ok", trend: [{ day: new Date().toISOString().slice(0, 10), price: items[0].currentPrice }] },
  ]);
  expect(items[0].changedAt).toBe(items[0].checkedAt);
});

describe("a list of watches of a page of 100", () => {
  test("is one request to Postgres", async () => {
    const { token } = await a.user();
    for (let n = 0; n < 3; n++) await a.watch(token);
    await a.call("GET", "/v1/watches", { token });
    const list = () => a.call("GET", "/v1/watches?limit=100&sort=price&q=stansted", { token });
    expect(await counted(list)).toEqual({ postgres: 1, redis: 1 });
  });
});
