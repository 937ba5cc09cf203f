import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import { answered, operations } from "./support/document.ts";
import { request } from "./support/requests.ts";

/** Their examples hold what only a message, an app or an authenticator gives. */
const secret = [
  "POST /v1/auth/login/code",
  "POST /v1/auth/passkey",
  "POST /v1/auth/verify",
  "POST /v1/auth/reset/confirm",
  "POST /v1/auth/email/confirm",
  "POST /v1/auth/reauthenticate/passkey",
  "POST /v1/me/factors/passkeys",
  "POST /v1/me/factors/totp/confirm",
  "POST /v1/links",
  "POST /v1/links/preview",
  "POST /v1/links/unsubscribe",
  // Ids of what the person has, and a key.
  "POST /v1/bookings",
  "POST /v1/bookings/{id}/pay",
  "POST /v1/bookings/{id}/cancel/confirm",
  "POST /v1/bookings/{id}/change",
  "POST /v1/bookings/{id}/change/confirm",
  "POST /v1/bookings/{id}/airline-change/accept",
  "POST /v1/watches/{id}/auto-hold",
];

const examples = operations.flatMap(({ key, method, path, query, body, example, ...rest }) => {
  const parameters = query.filter((one) => one.example !== undefined).map((one) => [one.name, String(one.example)]);
  if (Object.keys(example).length === 0 && parameters.length === 0) return [];
  const search = new URLSearchParams(parameters as [string, string][]).toString();
  return [{ key, method, search, body: body ? example : undefined, ...rest }];
});

/** A provider that is switched off sells nothing to the examples after it. */
const last = (key: string) => Number(key === "PATCH /v1/admin/providers/{name}");
const runnable = examples.filter(({ key }) => !secret.includes(key)).sort((one, two) => last(one.key) - last(two.key));

test("every operation with a body has an example", () => {
  expect(operations.filter(({ body }) => body).map(({ key }) => key)).toEqual(
    examples.filter(({ body }) => body).map(({ key }) => key),
  );
  expect(secret.filter((key) => !examples.some((one) => one.key === key))).toEqual([]);
});

test.each(runnable)(
  "the example of $key runs as it stands",
  async ({ key, method, search, body, statuses, ...rest }) => {
    const { path, token } = await request(key);
    const address = path.split("?")[0] + (search && `?${search}`);
    const response = await a.call(method, address, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status, await response.clone().text()).toBe(Math.min(...statuses));
    await answered(response, rest);
  },
);

test("the example of a search is for one adult, and finds offers", async () => {
  const [search] = runnable.filter(({ key }) => key === "GET /v1/flights");
  const { items } = await a.read(await a.call("GET", `/v1/flights?${search?.search}`), 200);
  expect(search?.search).not.toMatch(/adults|childAges|infants/);
  expect(items.length).toBeGreaterThan(0);
});
