import { env } from "@travel-conductor/core/base/env";
import { afterEach, expect, test, vi } from "vitest";
import * as a from "./support/client.ts";

const path = "/.well-known/security.txt";
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const given = (contact: string | undefined, expires: string | undefined) =>
  Object.assign(env, { SECURITY_CONTACT: contact, SECURITY_EXPIRES: expires });
afterEach(() => {
  given(undefined, undefined);
  vi.unstubAllEnvs();
});

test("says where weaknesses are reported, until a day in the future and under a year away", async () => {
  given("mailto:security@example.com", day(300));
  const response = await a.call("GET", path);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")?.toLowerCase()).toBe("text/plain; charset=utf-8");
  const fields = (await response.text()).trimEnd().split("\n");
  expect(fields[0]).toBe("Contact: mailto:security@example.com");
  const expires = fields.filter((line) => line.startsWith("Expires: ")).map((line) => Date.parse(line.slice(9)));
  expect(expires).toHaveLength(1);
  expect(expires[0]).toBeGreaterThan(Date.now());
  expect(expires[0]).toBeLessThan(Date.now() + 365 * 86_400_000);
});

test.each([
  ["nobody is named", undefined, day(300)],
  ["no day is named", "mailto:security@example.com", undefined],
  ["the day has come", "mailto:security@example.com", day(0)],
  ["the day is more than a year away", "mailto:security@example.com", day(367)],
])("there is none where %s", async (_, contact, expires) => {
  given(contact, expires);
  expect(await a.read(await a.call("GET", path), 404)).toMatchObject({ code: "request.path" });
});

test.each([
  ["SECURITY_CONTACT", "security@example.com"],
  ["SECURITY_CONTACT", "mailto:a@example.com\nExpires: 2999-01-01T00:00:00Z"],
  ["SECURITY_EXPIRES", "soon"],
])("the product does not start with %s=%j", async (name, value) => {
  vi.resetModules();
  vi.stubEnv(name, value);
  await expect(import("@travel-conductor/core/base/env")).rejects.toThrow(name);
});
