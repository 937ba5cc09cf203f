import { sql } from "@travel-conductor/core/base/db";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import { post } from "./support/posts.ts";

/** Every item of a list, read with `limit` items a page. */
async function all(path: string, token: string, limit: number, between = async () => undefined as unknown) {
  const items: { id?: string; at?: string }[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = `limit=${limit}${cursor && `&cursor=${cursor}`}`;
    const part = await a.read(await a.call("GET", `${path}?${query}`, { token }), 200);
    expect(part.items.length).toBeLessThanOrEqual(limit);
    items.push(...part.items);
    cursor = part.nextCursor;
    await between();
  }
  return items;
}

test("a list is the same with any page size, newest first, whatever is added meanwhile", async () => {
  const { token } = await a.user();
  const made: string[] = [];
  for (let n = 0; n < 7; n++) made.unshift((await a.watch(token)).id);
  for (const limit of [1, 3, 7, 100]) {
    const known = (await all("/v1/watches", token, 100)).map(({ id }) => id);
    expect(await all("/v1/watches", token, limit, () => a.watch(token))).toMatchObject(known.map((id) => ({ id })));
    expect(known.slice(-7)).toEqual(made);
  }
});

test("texts are the same with any page size, whatever is added meanwhile", async () => {
  const { token } = await a.user();
  const made: string[] = [];
  for (let n = 0; n < 5; n++) made.unshift(await post(token, "tips"));
  const ids = async (path: string, limit: number, between?: () => Promise<unknown>) =>
    (await all(path, token, limit, between)).map(({ id }) => id);
  for (const path of ["/v1/places/LIS/tips", "/v1/me/posts"])
    for (const limit of [1, 2, 5]) expect(await ids(path, limit), path).toEqual(made);
  await sql`update posts set useful = 3 where posts.id = ${made[3]}`;
  const ranked = [made[3], ...made.filter((id) => id !== made[3])];
  expect(await ids("/v1/places/LIS/tips", 2, () => post(token, "tips", { place: "OPO" }))).toEqual(ranked);
});

test("a history continues after its last check, to the microsecond", async () => {
  const { token } = await a.user();
  const { id } = await a.watch(token);
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select watch_fares.fare_id, timestamptz '2026-11-01T00:00:00Z' + n / 3 * interval '1 microsecond', statuses[n % 3 + 1], 1000 + n, 'test'
      from watch_fares
     cross join generate_series(0, 8) as n
     cross join (select array['ok', 'partial', 'ghost'] as statuses)
     where watch_fares.watch_id = ${id}`;
  const whole = await all(`/v1/watches/${id}/history`, token, 100);
  expect(whole).toHaveLength(9);
  expect(whole[0]?.at).toBe("2026-11-01T00:00:00.000Z");
  for (const limit of [1, 2, 4]) expect(await all(`/v1/watches/${id}/history`, token, limit)).toEqual(whole);
});

test("sessions continue after the last one, to the microsecond and among those last used at the same time", async () => {
  const { token, userId } = await a.user();
  await sql`
    insert into sessions (id, user_id, last_used_at, expires_at)
    select md5(n::text) || md5(n::text), ${userId}, now() - n / 3 * interval '1 microsecond', now() + interval '1 day'
      from generate_series(0, 119) as n`;
  const first = await a.read(await a.call("GET", "/v1/me/sessions?limit=100", { token }), 200);
  expect(first.items).toHaveLength(100);
  const whole = await all("/v1/me/sessions", token, 100);
  expect(new Set(whole.map(({ id }) => id)).size).toBe(121);
  for (const limit of [1, 25]) expect(await all("/v1/me/sessions", token, limit)).toEqual(whole);
});
