import { expect, test } from "vitest";
import * as Link from "../src/link.ts";

const real = new Date("2026-03-28T12:00:00Z");
const signed: Link.Signed = { purpose: "stop", userId: "usr_1", watchId: "wch_1", until: real.getTime() / 1000 + 60 };

test("a link is read as it was signed, until its time, and no altered one is", () => {
  const token = Link.signLink(signed);
  expect(Link.readLink(token, real)).toEqual(signed);
  expect(Link.readLink(token, new Date(real.getTime() + 60_000))).toBeUndefined();
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === "A" ? "B" : "A";
    expect(Link.readLink(token.slice(0, at) + other + token.slice(at + 1), real)).toBeUndefined();
  }
});
