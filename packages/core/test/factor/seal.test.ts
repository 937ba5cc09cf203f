import { afterEach, expect, test, vi } from "vitest";

const [one, other] = ["a".repeat(32), "b".repeat(32)];
const bytes = Buffer.from("the secret of an app");

/** The module as a process with this environment loads it. */
async function load(environment: Record<string, string | undefined>) {
  vi.resetModules();
  for (const name of ["FACTOR_SECRET", "FACTOR_SECRET_BEFORE", "SST_STAGE"]) vi.stubEnv(name, environment[name]);
  return import("../../src/factor/seal.ts");
}

afterEach(() => vi.unstubAllEnvs());

test("what is encrypted opens for its user alone, and differs each time", async () => {
  const { seal, unseal } = await load({ FACTOR_SECRET: one });
  const sealed = seal(bytes, "usr_1");
  expect(seal(bytes, "usr_1")).not.toBe(sealed);
  expect(Buffer.from(sealed, "base64url").includes(bytes)).toBe(false);
  expect(unseal(sealed, "usr_1")).toEqual(bytes);
  expect(() => unseal(sealed, "usr_2")).toThrow(expect.objectContaining({ code: "factor.unavailable" }));
  const changed = Buffer.from(sealed, "base64url");
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
  expect(() => unseal(changed.toString("base64url"), "usr_1")).toThrow();
});

test("another secret encrypts from now on, and the one before is still read", async () => {
  const sealed = (await load({ FACTOR_SECRET: one })).seal(bytes, "usr_1");
  const both = await load({ FACTOR_SECRET: other, FACTOR_SECRET_BEFORE: one });
  expect(both.unseal(sealed, "usr_1")).toEqual(bytes);
  const renewed = both.seal(bytes, "usr_1");
  const after = await load({ FACTOR_SECRET: other });
  expect(after.unseal(renewed, "usr_1")).toEqual(bytes);
  expect(() => after.unseal(sealed, "usr_1")).toThrow(expect.objectContaining({ code: "factor.unavailable" }));
});

test("a deployed stage without the secret encrypts nothing, not even with a known one", async () => {
  const { seal } = await load({ SST_STAGE: "production", FACTOR_SECRET_BEFORE: one });
  expect(() => seal(bytes, "usr_1")).toThrow(expect.objectContaining({ code: "factor.unavailable" }));
});
