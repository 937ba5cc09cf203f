import { expect, test } from "vitest";
import { parseAddress } from "../../src/base/address.ts";

test("an address with a letter of another alphabet is one, however often one was read", () => {
  for (let n = 0; n < 20_000; n++)
    expect(parseAddress(n % 2 ? `https://one.example/${n}` : "https://b\u00fccher.example/")).toBeDefined();
  expect(parseAddress("b\u00fccher.example")).toBeUndefined();
});
