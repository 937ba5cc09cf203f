import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createSend, type SendRequest } from "../../src/base/reach.ts";
import { createAuthority, type Identity } from "../support/authority.ts";
import { startInternet } from "../support/internet.ts";
import { startReceiver } from "../support/receiver.ts";

const certified = ["one.example.com", "two.example.com", "127.0.0.1"];
let internet: Awaited<ReturnType<typeof startInternet>>;
let send: SendRequest;

beforeAll(async () => {
  internet = await startInternet(certified);
  send = createSend(internet.network);
});
afterAll(() => internet.stop());
beforeEach(() => internet.reset());
afterEach(() => vi.unstubAllEnvs());

describe("a request", () => {
  test("is sent as it is given, to the name that was checked, and its answer read", async () => {
    internet.receiver.answer = (response) => void response.writeHead(200, { "retry-after": "7" }).end("taken");
    const { status, headers, body } = await send("https://one.example.com/hook?a=b", {
      headers: { "content-type": "application/json" },
      body: '{"ü":1}',
    });
    expect([status, headers["retry-after"], body.toString()]).toEqual([200, "7", "taken"]);
    const [got] = internet.receiver.received;
    expect(got).toMatchObject({ path: "/hook?a=b", host: "one.example.com", body: '{"ü":1}' });
    expect(got?.headers).toMatchObject({ "content-length": "8", "content-type": "application/json" });
  });

  test("has its whole answer where that ends with the connection", async () => {
    for (const body of ["", "to the end"]) {
      internet.receiver.answer = (_, { socket }) => void socket.end(`HTTP/1.0 200 OK\r\n\r\n${body}`);
      const reply = await send("https://one.example.com/", {});
      expect([reply.status, reply.body.toString()]).toEqual([200, body]);
    }
  });

  test("takes a connection and a TLS session of its own, also where an agent would keep them", async () => {
    internet.receiver.answer = (response) =>
      void response.writeHead(200, { connection: "keep-alive", "keep-alive": "timeout=60" }).end("ok");
    for (const name of ["one", "two", "one", "two"]) await send(`https://${name}.example.com/`, {});
    expect([internet.receiver.connections, internet.receiver.resumed]).toEqual([4, 0]);
    expect(internet.receiver.received.map(({ host }) => host.slice(0, 3))).toEqual(["one", "two", "one", "two"]);
  });

  test("takes no proxy from the environment", async () => {
    const proxy = await startReceiver();
    const url = `http://127.0.0.1:${proxy.port}`;
    for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
      vi.stubEnv(name, url);
    vi.stubEnv("NODE_USE_ENV_PROXY", "1");
    expect(await send("https://one.example.com/", {})).toMatchObject({ status: 204 });
    expect([internet.receiver.connections, proxy.connections]).toEqual([1, 0]);
    await proxy.stop();
  });

  test.each([301, 302, 303, 307, 308])("does not follow a redirect (%i)", async (status) => {
    const other = await startReceiver();
    internet.receiver.answer = (response) =>
      void response.writeHead(status, { location: `http://127.0.0.1:${other.port}/` }).end();
    expect(await send("https://one.example.com/", {})).toMatchObject({ status });
    expect([internet.receiver.connections, other.connections]).toEqual([1, 0]);
    await other.stop();
  });

  test("of an answer without end, 64 KB are read and the connection is closed", async () => {
    let isClosed = false;
    internet.receiver.answer = (response, { socket }) => {
      socket.on("close", () => {
        isClosed = true;
      });
      const part = Buffer.alloc(10_000, "x");
      const write = () => {
        while (!socket.destroyed && response.write(part));
      };
      response.on("drain", write);
      write();
    };
    const { status, body } = await send("https://one.example.com/", {});
    expect([status, body.length]).toEqual([200, 65_536]);
    await vi.waitFor(() => expect(isClosed).toBe(true));
  });

  const failing: Record<string, (socket: Socket, response: ServerResponse, reset: () => void) => void> = {
    "is never answered": () => undefined,
    "is answered by headers alone": (_, response) => void response.writeHead(200).flushHeaders(),
    "is answered drop by drop": (socket, response) => {
      const drip = setInterval(() => response.write("x"), 10);
      socket.on("close", () => clearInterval(drip));
    },
    "is answered by headers drop by drop": (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const drip = setInterval(() => socket.write("a: b\r\n"), 10);
      socket.on("close", () => clearInterval(drip));
    },
    "is answered by more and more interim answers": (socket) => {
      const drip = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"), 10);
      socket.on("close", () => clearInterval(drip));
    },
    "is cut before the answer": (socket) => socket.destroy(),
    "is reset before the answer": (_socket, _response, reset) => reset(),
    "is cut within the headers": (socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-le"),
    "is cut half way through the body": (socket) =>
      void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
    "is cut half way through a chunk": (socket) =>
      void socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\nhalf"),
    "is answered by another protocol": (socket) =>
      void socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    "is answered by something that is no HTTP": (socket) => void socket.write("220 mail.example.com ESMTP\r\n"),
    "is answered by headers without end": (socket) => {
      const write = () => {
        while (!socket.destroyed && socket.write(`a: ${"x".repeat(1_000)}\r\n`));
      };
      socket.write("HTTP/1.1 200 OK\r\n");
      socket.on("drain", write);
      write();
    },
  };
  test.each(Object.keys(failing))("fails when it %s", async (way) => {
    internet.receiver.answer = (response, { socket, reset }) => failing[way]!(socket, response, reset);
    await expect(
      createSend({ ...internet.network, within: 150 })("https://one.example.com/", { body: "{}" }),
    ).rejects.toThrow();
    await vi.waitFor(() => expect(internet.receiver.connections).toBe(1));
  });

  test("fails within its time where the body of the request is not read, or nothing shakes hands", async () => {
    const deaf = createServer((socket) => void socket.pause().on("error", () => undefined)).listen(0, "127.0.0.1");
    await once(deaf, "listening");
    const { port } = deaf.address() as AddressInfo;
    const short = createSend({ ...internet.network, port, within: 150 });
    await expect(short("https://one.example.com/", { body: "x".repeat(1e6) })).rejects.toThrow();
    await expect(short("http://127.0.0.1/", { body: "x".repeat(1e7) })).rejects.toThrow();
    deaf.close();
  });

  test("fails where a name does not exist, and within its time where its server is silent", async () => {
    internet.dns.names = (name) => (name === "silent.example.com" ? "silent" : undefined);
    await expect(send("https://gone.example.com/", {})).rejects.toMatchObject({ code: "ENOTFOUND" });
    await expect(createSend({ ...internet.network, within: 150 })("https://silent.example.com/", {})).rejects.toThrow();
    expect(internet.receiver.connections).toBe(0);
  });

  test("names whose server is silent hold up no other name", async () => {
    internet.dns.names = (name) => (name.startsWith("silent") ? "silent" : ["127.0.0.1"]);
    const slow = Array.from({ length: 20 }, (_, n) =>
      send(`https://silent${n}.example.com/`, {}).catch(() => "failed"),
    );
    expect(await Promise.race([send("https://one.example.com/", {}), ...slow])).toMatchObject({ status: 204 });
    expect(await createSend({ ...internet.network, within: 100 })("https://one.example.com/", {})).toMatchObject({
      status: 204,
    });
  });
});

describe("a certificate", () => {
  const faults: Record<string, () => Promise<Identity>> = {
    "of another name": () => internet.authority.identityOf(["other.example.com"]),
    "that is over": () => internet.authority.identityOf(["one.example.com"], [-7_200_000, -3_600_000]),
    "that is not yet valid": () => internet.authority.identityOf(["one.example.com"], [3_600_000, 7_200_000]),
    "of another authority": async () => (await createAuthority()).identityOf(["one.example.com"]),
  };
  test.each(Object.keys(faults))("%s is not believed, whatever the environment says", async (fault) => {
    const other = await startReceiver(await faults[fault]!());
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const call = createSend({ ...internet.network, port: other.port })("https://one.example.com/", { body: "{}" });
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/CERT|ISSUER/) });
    expect(other.received).toEqual([]);
    await other.stop();
  });
});
