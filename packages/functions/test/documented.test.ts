import { describe, expect, test } from "vitest";
import { own } from "./support/causes.ts";
import * as a from "./support/client.ts";
import { answered, operations, routes } from "./support/document.ts";
import { endless } from "./support/rediskeys.ts";
import { good, type Request, request } from "./support/requests.ts";
import { early, spoilt } from "./support/spoilt.ts";

/** Each limit that counted the request is named with its quota, and with what is left of it. */
function statesLimits({ headers }: Response): void {
  const names = [...(headers.get("ratelimit-policy") ?? "").matchAll(/"([a-z]+-[a-z]+)";q=\d+;w=\d+/g)];
  expect(names.length).toBeGreaterThan(0);
  for (const [, name] of names) expect(headers.get("ratelimit")).toMatch(new RegExp(`"${name}";r=\\d+;t=\\d+`));
}

test("every route is in the document, and has a good request", () => {
  const keys = operations.map(({ key }) => key).sort();
  expect([...new Set(routes.map(({ key }) => key))].sort()).toEqual(keys);
  expect(Object.keys(good).sort()).toEqual(keys);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(keys.length);
});

describe.each(operations)("$key", (operation) => {
  const { key, method, statuses } = operation;
  let kept: Promise<Request> | undefined;
  const keep = () => {
    kept ??= request(key);
    return kept;
  };
  const send = ({ path, ...sent }: Request) => a.call(method, path, sent);

  test.each(statuses)("answers %i as the document says", async (status) => {
    const cause = own[`${key} ${status}`];
    const spoil = cause ?? spoilt[status] ?? ((asked) => send(asked));
    const response = await spoil(await (!cause && early.has(status) ? keep() : request(key)), send);
    expect(response.status, await response.clone().text()).toBe(status);
    await answered(response, operation);
    if (status < 300 || status === 429) statesLimits(response);
  });
});

test("every key that these requests left in Redis has a time to live", async () => {
  expect(await endless()).toEqual([]);
});
