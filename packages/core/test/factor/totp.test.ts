import { expect, test } from "vitest";
import { codeOf, findStep, stepOf, toBase32, toUri } from "../../src/factor/totp.ts";

const secret = Buffer.from("12345678901234567890");

// RFC 6238, appendix B: the last six of its eight digits.
test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("shows RFC 6238's code at %i seconds", (seconds, code) => {
  expect(codeOf(secret, stepOf(new Date(seconds * 1000)))).toBe(code);
});

test("takes the code of the step, the one before and the one after, and none that is not later than the last", () => {
  const at = new Date(1_700_000_000_000);
  const now = stepOf(at);
  for (const step of [now - 1, now, now + 1]) expect(findStep(secret, codeOf(secret, step), at, 0)).toBe(step);
  for (const step of [now - 2, now + 2]) expect(findStep(secret, codeOf(secret, step), at, 0)).toBeUndefined();
  expect(findStep(secret, codeOf(secret, now), at, now)).toBeUndefined();
  expect(findStep(secret, codeOf(secret, now + 1), at, now)).toBe(now + 1);
  for (const code of ["", "12345", "abcdef"]) expect(findStep(secret, code, at, 0)).toBeUndefined();
});

test("writes the secret in base 32, and the address as apps read it", () => {
  expect(toBase32(secret)).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  const uri = new URL(toUri("GEZDGNBV", "ann+x@example.com"));
  expect(uri.protocol + uri.host + uri.pathname).toBe("otpauth:totp/Travel%20Conductor:ann%2Bx%40example.com");
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: "GEZDGNBV",
    issuer: "Travel Conductor",
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});
