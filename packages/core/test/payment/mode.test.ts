import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  [
    "a public key of the other mode",
    { STRIPE_KEY: "sk_live_1", STRIPE_PUBLIC_KEY: "pk_test_1", STRIPE_URL: undefined },
    "STRIPE_PUBLIC_KEY",
  ],
  ["a secret key alone", { STRIPE_KEY: "sk_test_1", STRIPE_PUBLIC_KEY: undefined }, "STRIPE_PUBLIC_KEY"],
  ["a stand-in and a live key", { STRIPE_KEY: "sk_live_1", STRIPE_PUBLIC_KEY: "pk_live_1" }, "STRIPE_URL"],
  ["a public key for the secret one", { STRIPE_KEY: "pk_test_1", STRIPE_PUBLIC_KEY: "pk_test_1" }, "STRIPE_KEY"],
])("no process starts with %s", async (_, keys, named) => {
  for (const [name, value] of Object.entries(keys)) vi.stubEnv(name, value);
  vi.resetModules();
  await expect(import("../../src/base/env.ts")).rejects.toThrow(`${named}: must`);
});

test("a live key is for real flights alone", async () => {
  for (const [name, value] of Object.entries({
    STRIPE_KEY: "rk_live_1",
    STRIPE_PUBLIC_KEY: "pk_live_1",
    STRIPE_URL: undefined,
  }))
    vi.stubEnv(name, value);
  vi.resetModules();
  const Payment = await import("../../src/payment.ts");
  expect(Payment.isLive()).toBe(true);
  const step = { booking: "bok_1", step: "authorize", since: new Date() };
  const price = { total: 100, currency: "GBP", isReal: false };
  expect(await Payment.authorize(step, { customer: "cus_1", token: "pm_1" }, price)).toEqual({
    status: "refused",
    code: "mode",
  });
});
