import { counted } from "@travel-conductor/local/testing";
import ICAL from "ical.js";
import Parser from "rss-parser";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";

const types = { atom: "application/atom+xml; charset=utf-8", calendar: "text/calendar; charset=utf-8" };

describe.each(["atom", "calendar"] as const)("%s", (kind) => {
  test("opens by its address alone, in one request each, and is not kept by others", async () => {
    const { token } = await a.user();
    await a.alert(token);
    const path = await a.feed(token, kind);
    const response = await a.call("GET", path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": types[kind],
      "cache-control": "private, max-age=300",
      "x-content-type-options": "nosniff",
    });
    const body = await response.text();
    const count =
      kind === "atom"
        ? (await new Parser().parseString(body)).items.length
        : new ICAL.Component(ICAL.parse(body)).getAllSubcomponents("vevent").length;
    expect(count).toBe(kind === "atom" ? 1 : 2);
    expect(await counted(() => a.call("GET", path))).toEqual({ redis: 1, postgres: 1 });
  });

  test("answers 304 to its tag, also compressed, and HEAD without a body", async () => {
    const { token } = await a.user();
    await a.alert(token);
    const path = await a.feed(token, kind);
    const headers = { "accept-encoding": "gzip" };
    const [plain, zipped] = [await a.call("GET", path), await a.call("GET", path, { headers })];
    for (const { headers } of [plain, zipped]) {
      const tag = headers.get("etag") ?? "";
      const same = await a.call("GET", path, { headers: { "if-none-match": `"other", ${tag}` } });
      expect([same.status, await same.text()]).toEqual([304, ""]);
      expect(same.headers.get("etag")).toBe(plain.headers.get("etag"));
      expect(same.headers.get("cache-control")).toBe("private, max-age=300");
    }
    expect((await a.call("GET", path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    const head = await a.call("HEAD", path);
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("etag")).toBe(plain.headers.get("etag"));
    await a.alert(token);
    const tag = plain.headers.get("etag") ?? "";
    expect((await a.call("GET", path, { headers: { "if-none-match": tag } })).status).toBe(200);
  });

  test("an unknown, malformed, replaced or removed address and that of the other form have one answer", async () => {
    const { token } = await a.user();
    const [rotated, removed, own] = [await made(token), await made(token), await made(token)];
    await a.read(await a.call("POST", `/v1/channels/${rotated.id}/rotate`, { token }), 200);
    expect((await a.call("DELETE", `/v1/channels/${removed.id}`, { token })).status).toBe(204);
    const form = kind === "atom" ? "atom" : "ics";
    const other = own.path.replace(/\w+$/, kind === "atom" ? "ics" : "atom");
    const unknown = `/v1/feeds/${"A".repeat(43)}.${form}`;
    const first = await a.answer(await a.call("GET", unknown));
    expect(first).toMatchObject({ status: 404 });
    const missing = await a.read(await a.call("GET", unknown), 404);
    expect(missing).toMatchObject({ code: "feed.missing", detail: "There is nothing at this address." });
    for (const path of [rotated.path, removed.path, other])
      expect(await a.answer(await a.call("GET", path))).toEqual(first);
    for (const path of ["/v1/feeds/x.atom", `/v1/feeds/${"A".repeat(43)}`, `/v1/feeds/${"A".repeat(44)}.ics`])
      expect(await a.read(await a.call("GET", path), 404)).toMatchObject({ code: "feed.missing" });
    expect((await a.call("GET", own.path)).status).toBe(200);

    async function made(token: string) {
      const { id, url } = await a.read(await a.call("POST", "/v1/channels", { token, body: { kind } }), 201);
      return { id, path: new URL(url).pathname };
    }
  });
});

test("readers of one address are limited like other callers without an account", async () => {
  const path = await a.feed((await a.user()).token, "atom");
  const address = await a.spent();
  expect(await a.read(await a.call("GET", path, { address }), 429)).toMatchObject({ code: "limit.reached" });
});
