import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";

const items = async (path: string) => (await a.read(await a.call("GET", path), 200)).items;

test("airports are found by text, or looked up by codes in their order; exactly one of both is needed", async () => {
  const codes = (await items("/v1/airports?codes=stn,JFK,ZZZ,STN")).map(({ code }: { code: string }) => code);
  expect(codes).toEqual(["STN", "JFK"]);
  for (const query of ["", "?q=lon&codes=LHR"]) {
    const { errors } = await a.read(await a.call("GET", `/v1/airports${query}`), 422);
    expect(errors).toMatchObject([{ pointer: "#q", detail: "is required, or codes", code: "required" }]);
  }
});

test("airlines are found by code, and by the beginning of a word of their name", async () => {
  expect(await items("/v1/airlines?codes=fr,ZZ,BA")).toMatchObject([{ code: "BA" }, { code: "FR", name: "Ryanair" }]);
  const found = await items("/v1/airlines?q=airways");
  expect(found).toContainEqual(expect.objectContaining({ code: "BA", name: "British Airways" }));
  expect((await items("/v1/airlines")).length).toBeGreaterThan(500);
  expect(await items("/v1/airlines?q=nothing%20like%20this")).toEqual([]);
});

test("currencies have their decimals", async () => {
  const all = await items("/v1/currencies");
  expect(all).toContainEqual({ code: "JPY", decimals: 0, sold: true });
  expect(all).toContainEqual({ code: "XCG", decimals: 2, sold: true });
  expect(all.map(({ code }: { code: string }) => code)).not.toContain("ANG");
});

test.each([
  ["/v1/airports?q=lon", 86_400],
  ["/v1/airlines", 86_400],
  ["/v1/currencies", 86_400],
  ["/openapi.json", 86_400],
  ["/v1/numbers", 3_600],
])("%s may be kept for %i seconds, and is not sent again while it is the same", async (path, seconds) => {
  const first = await a.call("GET", path);
  expect(first.headers.get("cache-control")).toBe(`public, max-age=${seconds}`);
  const tag = first.headers.get("etag") ?? "";
  for (const named of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
    const again = await a.call("GET", path, { headers: { "if-none-match": named } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", tag]);
  }
  expect((await a.call("GET", path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
});

test("an answer of a kilobyte or more is compressed for a client that accepts it, and none with a token", async () => {
  const get = (path: string, accepted: string) => a.call("GET", path, { headers: { "accept-encoding": accepted } });
  const plain = await a.call("GET", "/v1/airlines");
  expect(plain.headers.get("vary")).toContain("Accept-Encoding");
  const text = await plain.text();
  for (const accepted of ["gzip", "br, GZIP;q=0.5", "*"]) {
    const zipped = await get("/v1/airlines", accepted);
    expect(zipped.headers.get("content-encoding")).toBe("gzip");
    const bytes = Buffer.from(await zipped.arrayBuffer());
    expect(bytes.byteLength).toBeLessThan(text.length / 2);
    expect(gunzipSync(bytes).toString()).toBe(text);
  }
  for (const accepted of ["", "br", "gzip;q=0", "gzip;q=0.0, identity"])
    expect((await get("/v1/airlines", accepted)).headers.get("content-encoding")).toBeNull();
  expect((await get("/v1/airlines?codes=BA", "gzip")).headers.get("content-encoding")).toBeNull();
  const zipped = await get("/v1/airlines", "gzip");
  const again = { "accept-encoding": "gzip", "if-none-match": zipped.headers.get("etag") ?? "" };
  expect((await a.call("GET", "/v1/airlines", { headers: again })).status).toBe(304);
  const body = { ...a.signup(), firstName: "A".repeat(90), lastName: "B".repeat(90) };
  const signedUp = await a.call("POST", "/v1/auth/signup", { body, headers: { "accept-encoding": "gzip" } });
  expect(signedUp.headers.get("content-encoding")).toBeNull();
  expect((await a.read(signedUp, 201)).session.token).toBeDefined();
});
