import { Hono } from "hono";
import { beforeEach, expect, test, vi } from "vitest";

const secrets = vi.hoisted(() => {
  const secrets = { now: "now-".repeat(10), before: "before-".repeat(6) };
  vi.stubEnv("EDGE_SECRET", secrets.now);
  vi.stubEnv("EDGE_SECRET_BEFORE", secrets.before);
  return secrets;
});

const { addressOf } = await import("../src/api/caller.ts");
const { logger } = await import("@travel-conductor/core/base/log");
const a = await import("./support/client.ts");

const edge = "192.0.2.1";
const told = new Hono().get("/", (c) => c.text(addressOf(c) ?? ""));

/** The address of a request with these headers that came to API Gateway from an edge of the distribution. */
const seen = async (headers: Record<string, string>) => (await told.request("/", { headers }, a.gateway(edge))).text();

const warn = vi.spyOn(logger, "warn").mockImplementation(() => undefined);
beforeEach(() => warn.mockClear());

test.each(Object.entries(secrets))("beside the secret of %s, the viewer's address is believed", async (_, secret) => {
  const proven = { "x-origin-secret": secret };
  expect(await seen({ ...proven, "x-viewer-address": "198.51.100.10" })).toBe("198.51.100.10");
  expect(await seen({ ...proven, "cloudfront-viewer-address": "198.51.100.10:46532" })).toBe("198.51.100.10");
  expect(warn).not.toHaveBeenCalled();
});

test.each([
  ["none", undefined],
  ["an empty one", ""],
  ["another", "x".repeat(40)],
  ["a beginning", secrets.now.slice(0, -1)],
  ["a longer one", `${secrets.now}x`],
  ["other case", secrets.now.toUpperCase()],
  ["both, as one header", `${secrets.now}, ${secrets.before}`],
])("beside a secret that is not accepted (%s) it is ignored", async (_, secret) => {
  const proof: Record<string, string> = secret === undefined ? {} : { "x-origin-secret": secret };
  for (const name of ["x-viewer-address", "cloudfront-viewer-address"])
    for (const value of ["198.51.100.10", "198.51.100.10:46532"])
      expect(await seen({ ...proof, [name]: value })).toBe(edge);
});

test("an address that a viewer sends under CloudFront's name does not count beside the one of our function", async () => {
  const headers = {
    "x-origin-secret": secrets.now,
    "x-viewer-address": "198.51.100.10",
    "cloudfront-viewer-address": "203.0.113.9:1",
  };
  expect(await seen(headers)).toBe("198.51.100.10");
  expect(await seen({ ...headers, "x-viewer-address": "no address" })).toBe(edge);
});

test.each([
  ["198.51.100.10:46532", "198.51.100.10"],
  ["198.51.100.10:0", "198.51.100.10"],
  ["198.51.100.10:65535", "198.51.100.10"],
  ["2001:db8::8a2e:370:7334:46532", "2001:db8::8a2e:370:7334"],
  ["2001:0DB8:85A3:0000:0000:8A2E:0370:7334:443", "2001:0DB8:85A3:0000:0000:8A2E:0370:7334"],
  ["[2001:db8::1]:46532", "2001:db8::1"],
  ["::1:443", "::1"],
  ["::ffff:198.51.100.10:443", "::ffff:198.51.100.10"],
])("CloudFront's %s is the address %s", async (value, address) => {
  expect(await seen({ "x-origin-secret": secrets.now, "cloudfront-viewer-address": value })).toBe(address);
});

const hostile = [
  "",
  ":",
  ":443",
  "198.51.100.10",
  "198.51.100.10:",
  "198.51.100.10:65536",
  "198.51.100.10:4653a",
  "198.51.100.10:-1",
  "198.51.100.10:1:2",
  "198.51.100.10:1, 203.0.113.9:2",
  "198.51.100.256:443",
  "198.051.100.10:443",
  "0x7f.1:443",
  "example.com:443",
  "fe80::1%eth0:443",
  "[2001:db8::1:443",
  "2001:db8::1]:443",
  "[[2001:db8::1]]:443",
  "2001:db8:1:2:3:4:5:6:7:443",
  "2001:db8::1::2:443",
  `${"1".repeat(10_000)}:443`,
  "198.51.100.10:443 OR 1=1",
  "\u00e9:443",
];
test.each(hostile)("no address of a viewer, so that of the edge counts: %j", async (value) => {
  expect(await seen({ "x-origin-secret": secrets.now, "cloudfront-viewer-address": value })).toBe(edge);
});
test.each(["", "198.51.100.10:443", "fe80::1%eth0", "[2001:db8::1]", "198.51.100.10, 203.0.113.9", "localhost"])(
  "no address from our function: %j",
  async (value) => {
    expect(await seen({ "x-origin-secret": secrets.now, "x-viewer-address": value })).toBe(edge);
  },
);

test("viewers behind one edge are counted each by themselves, and one viewer over all edges", async () => {
  const ask = (viewer: string, from: string, secret = secrets.before) =>
    a.call("GET", "/v1/airports?q=lon", {
      address: from,
      headers: { "x-origin-secret": secret, "x-viewer-address": viewer },
    });
  const viewer = await a.spent();
  expect((await ask(viewer, a.somewhere())).status).toBe(429);
  expect((await ask(viewer, a.somewhere(), secrets.now)).status).toBe(429);
  const crowded = await a.spent();
  expect((await ask(a.somewhere(), crowded)).status).toBe(200);
  expect((await ask("no address", crowded)).status).toBe(429);
});

test("past the distribution everything but /health is refused, before anything is counted or read", async () => {
  const through = (secret: string) => ({ address: edge, headers: { "x-origin-secret": secret } });
  for (const secret of Object.values(secrets))
    expect((await a.call("GET", "/v1/currencies", through(secret))).status).toBe(200);
  const wrong = [{}, through(""), through("x".repeat(40)), through(`${secrets.now}, ${secrets.before}`)];
  for (const sent of wrong) {
    for (const [method, path] of [
      ["GET", "/v1/currencies"],
      ["GET", "/health/"],
      ["GET", "/docs"],
      ["GET", "/places/MUC"],
      ["POST", "/v1/auth/login"],
      ["POST", "/v1/webhooks/stripe"],
      ["OPTIONS", "/v1/me"],
      ["GET", "/nowhere"],
    ] as const) {
      const refused = await a.call(method, path, { address: edge, ...sent });
      expect(refused.headers.get("ratelimit")).toBeNull();
      expect(await a.read(refused, 403)).toMatchObject({ code: "request.edge" });
      expect(refused.headers.get("strict-transport-security")).toBe("max-age=63072000; includeSubDomains");
    }
    expect((await a.call("GET", "/health", { address: edge, ...sent })).status).toBe(200);
  }
});

test("what other services send comes through the distribution: webhooks, reports, unsubscribing by one click", async () => {
  const sent = { address: edge, headers: { "x-origin-secret": secrets.now, "x-viewer-address": "198.51.100.10" } };
  const paths = ["stripe", "duffel", "telegram"].map((name) => `/v1/webhooks/${name}`);
  // Each is refused for its own signature or token, not at the edge.
  for (const path of [...paths, "/v1/links/unsubscribe"]) {
    const answer = await a.call("POST", path, sent);
    expect(await answer.text()).not.toContain("request.edge");
  }
});

test("a secret that is not accepted is logged once, without it", async () => {
  vi.resetModules();
  const fresh = await import("../src/api/caller.ts");
  const { logger } = await import("@travel-conductor/core/base/log");
  const warn = vi.spyOn(logger, "warn").mockImplementation(() => undefined);
  const app = new Hono().get("/", (c) => c.text(fresh.addressOf(c) ?? ""));
  const secret = "wrong".repeat(10);
  for (let n = 0; n < 3; n++) await app.request("/", { headers: { "x-origin-secret": secret } }, a.gateway(edge));
  expect(warn).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(warn.mock.calls)).not.toContain(secret);
});
