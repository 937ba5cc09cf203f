import { expect, test } from "vitest";
import * as a from "./support/client.ts";

const absent = `${"0".repeat(26)}`;

test.each([
  ["GET", "/v1/watches/", "wch_", "watch.missing"],
  ["PATCH", "/v1/watches/", "wch_", "watch.missing"],
  ["DELETE", "/v1/watches/", "wch_", "watch.missing"],
  ["DELETE", "/v1/me/searches/", "sch_", "search.missing"],
  ["GET", "/v1/me/keys/", "key_", "key.missing"],
  ["DELETE", "/v1/me/keys/", "key_", "key.missing"],
  ["PATCH", "/v1/alerts/", "alr_", "alert.missing"],
])("%s %s… answers an id that cannot be one as a missing one", async (method, path, prefix, code) => {
  const { token } = await a.user();
  const body = method === "PATCH" ? { body: path.includes("alerts") ? { read: true } : {} } : {};
  const told = async (id: string) => {
    const { requestId: _, ...problem } = await a.read(await a.call(method, path + id, { token, ...body }), 404);
    return problem;
  };
  const missing = await told(prefix + absent);
  expect(missing).toMatchObject({ code });
  for (const id of ["x", `${prefix}x`, "%00", "..%2f..", `${prefix}${absent}0`, prefix.toUpperCase() + absent])
    expect(await told(id)).toEqual(missing);
  expect((await a.call(method, `${path}x`)).status).toBe(401);
});

test("what is made says where it is, also when the request is repeated", async () => {
  const { token } = await a.user();
  const headers = { "idempotency-key": "one" };
  const body = a.wanted();
  const make = (over: object) => a.call("POST", "/v1/watches", { token, body, ...over });
  const first = await make({ headers });
  const { id } = await a.read(first.clone(), 201);
  expect(first.headers.get("location")).toBe(`/v1/watches/${id}`);
  expect((await make({ headers })).headers.get("location")).toBe(`/v1/watches/${id}`);
  expect((await make({})).headers.get("location")).toBeNull();
  const other = await make({ body: a.wanted({ rules: { target: "7.00" } }) });
  expect(other.headers.get("location")).toBe(`/v1/watches/${(await a.read(other, 201)).id}`);
});
