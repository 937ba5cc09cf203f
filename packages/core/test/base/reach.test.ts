import { Resolver } from "node:dns/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createGuard, createSend, type Guard, isGlobal } from "../../src/base/reach.ts";
import { loops, others, resolved } from "../support/hostile.ts";
import { startInternet } from "../support/internet.ts";

const strict = createGuard(false);
const local = createGuard(true);
const everything: Guard = { fault: () => undefined, allows: () => true };

const certified = ["one.example.com", "two.example.com", "127.0.0.1"];
let internet: Awaited<ReturnType<typeof startInternet>>;

beforeAll(async () => {
  internet = await startInternet(certified);
});
afterAll(() => internet.stop());
beforeEach(() => internet.reset());
afterEach(() => vi.unstubAllEnvs());

describe("an address that a person gives", () => {
  const named = Object.keys(resolved).map((name) => `https://${name}/`);
  const closed = () => createSend({ ...internet.network, guard: strict });

  test("opens no socket where it is not one of the public internet", async () => {
    internet.dns.names = (name) =>
      Object.entries(resolved).find(([each]) => new URL(`https://${each}`).hostname.replace(/\.$/, "") === name)?.[1];
    const hostile = [...loops, ...named, ...others];
    expect(new Set(hostile).size).toBeGreaterThanOrEqual(120);
    const failures = await Promise.allSettled(hostile.map((address) => closed()(address, { body: "{}" })));
    for (const [index, failure] of failures.entries())
      expect([hostile[index], failure]).toMatchObject([hostile[index], { reason: { name: "Unreachable" } }]);
    expect(internet.receiver.connections).toBe(0);
    // Names are refused by what they resolve to, so each was asked for.
    expect(new Set(internet.asked).size).toBe(named.length - 1);
  });

  test("would open one without the guard: each of these reaches this machine", async () => {
    const open = createSend({ ...internet.network, guard: everything });
    const reached: string[] = [];
    for (const address of [...loops, "https://loop.example.com/"]) {
      const before = internet.receiver.connections;
      await open(address, { body: "{}" }).catch(() => undefined);
      if (internet.receiver.connections > before) reached.push(address);
    }
    expect(reached).toEqual([...loops, "https://loop.example.com/"]);
  });

  test("a name that led elsewhere when it was looked at is judged by where it leads when the socket opens", async () => {
    let looks = 0;
    internet.dns.names = () => (looks++ < 2 ? ["93.184.215.14"] : ["127.0.0.1"]);
    const look = new Resolver();
    look.setServers(internet.network.servers);
    await look.resolve6("one.example.com").catch(() => undefined);
    expect(await look.resolve4("one.example.com")).toEqual(["93.184.215.14"]);
    await expect(closed()("https://one.example.com/", { body: "{}" })).rejects.toThrow("is no public address");
    expect(internet.receiver.connections).toBe(0);
  });

  test("what is connected to is looked at once more, before a byte is sent", async () => {
    const late: Guard = { fault: () => undefined, allows: strict.allows };
    await expect(
      createSend({ ...internet.network, guard: late })("https://127.0.0.1/", { body: "{}" }),
    ).rejects.toThrow("is no public address");
    expect(internet.receiver.received).toEqual([]);
  });

  test("is fine where it is public", () => {
    for (const address of [
      "https://example.com/hook?a=b#c",
      "https://93.184.215.14/",
      "https://[2606:4700::1111]/",
      "https://example.com:443/",
      "https://bücher.example/",
    ])
      expect([address, strict.fault(address)]).toEqual([address, undefined]);
  });

  test("an address that is none is no public one, and does no harm", () => {
    for (const address of ["", "one", "127.0.0.1.", "fe80::1%lo", "2606:4700::1111%lo", "::ffff:127.0.0.1%lo"])
      expect([address, isGlobal(address), local.allows(address)]).toEqual([address, false, false]);
  });
});

describe("loopback", () => {
  test("may be reached at any port and without TLS by the variable of `npm start` and tests alone", () => {
    for (const address of [
      "http://127.0.0.1:3000/",
      "https://127.0.0.1:3000/",
      "http://localhost:3000/",
      "http://[::1]:3000/",
    ]) {
      expect([address, local.fault(address)]).toEqual([address, undefined]);
      expect([address, strict.fault(address)]).toEqual([address, expect.any(String)]);
    }
    for (const address of [
      "http://10.0.0.1/",
      "https://192.168.0.1/",
      "http://169.254.169.254/",
      "http://example.com/",
      "https://[::ffff:10.0.0.1]/",
      "https://example.com:3000/",
      "http://user@127.0.0.1/",
    ])
      expect([address, local.fault(address)]).toEqual([address, expect.any(String)]);
  });

  test("a deployed stage does not start with the variable", async () => {
    vi.resetModules();
    vi.stubEnv("CHANNELS_TO_LOOPBACK", "yes");
    vi.stubEnv("SST_STAGE", "production");
    await expect(import("../../src/base/env.ts")).rejects.toThrow("CHANNELS_TO_LOOPBACK: must not be set");
    vi.stubEnv("CHANNELS_TO_LOOPBACK", "true");
    vi.stubEnv("SST_STAGE", undefined);
    vi.resetModules();
    await expect(import("../../src/base/env.ts")).rejects.toThrow("CHANNELS_TO_LOOPBACK");
  });

  test("without the variable it is closed", async () => {
    vi.resetModules();
    vi.stubEnv("CHANNELS_TO_LOOPBACK", undefined);
    const { addressFault, send: closed } = await import("../../src/base/reach.ts");
    expect(addressFault("http://127.0.0.1:3000/")).toBe("must begin with https://");
    await expect(closed(`https://127.0.0.1:${internet.receiver.port}/`, {})).rejects.toThrow("must not name a port");
    expect(internet.receiver.connections).toBe(0);
  });
});
