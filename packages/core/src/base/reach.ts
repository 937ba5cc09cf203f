import { Resolver } from "node:dns/promises";
import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { parseAddress } from "./address.ts";
import { env } from "./env.ts";

// Requests to addresses that a person gave. A stranger could name an address of our own network, so each address is
// checked where the socket connects: what a name resolves to may change between a look and a connection.

/** Our limits: how long an answer may take (ms), and how much of it is read (bytes). */
const timeoutMs = 15_000;
const mostBytes = 64 * 1024;

/** How long a name server may take to answer one question (ms), and how often it is asked. */
const nameMs = 3_000;
const nameTries = 2;

/** An answer: its status, its headers by lower-case name, and the first 64 KB of its body. */
export type Reply = { status: number; headers: IncomingMessage["headers"]; body: Buffer };

/** A request: by default a `POST`. */
export type Request = { method?: string; headers?: Record<string, string>; body?: Buffer | string };

/** The address may not be reached; no socket was opened to it, or none was used. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

/** Blocks that are not global unicast, or lead elsewhere: RFC 6890 and its updates, 6to4, Teredo, documentation. */
const closed = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  closed.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  // IETF protocol assignments, Teredo and benchmarks among them.
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
] as const)
  closed.addSubnet(network, prefix, "ipv6");

const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");

/** Whether an address (without brackets) is one of the public internet: of IPv6, in 2000::/3. */
export function isGlobal(address: string): boolean {
  const version = isIP(address);
  // Only an address of the own network names the interface that leads to it, after %.
  if (version === 0 || address.includes("%")) return false;
  if (version === 4) return !closed.check(address, "ipv4");
  return global6.check(address, "ipv6") && !closed.check(address, "ipv6");
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && !address.includes("%") && loopback.check(address, version === 6 ? "ipv6" : "ipv4");
}

/**
 * What may be reached. `fault` says what is wrong with an address that a person gave, as the end of a sentence that
 * begins with its name; `allows` judges what a name resolved to, and what a socket connected to.
 */
export type Guard = { fault: (address: string) => string | undefined; allows: (ip: string) => boolean };

/** With `mayLoop`, for `npm start` and tests alone, loopback may be reached too, at any port and without TLS. */
export function createGuard(mayLoop: boolean): Guard {
  return {
    allows: (ip) => isGlobal(ip) || (mayLoop && isLoopback(ip)),
    fault(address) {
      const url = parseAddress(address);
      if (!url) return "must be an address, such as https://example.com/hook";
      const host = hostOf(url);
      const isLoop = mayLoop && (host === "localhost" || isLoopback(host));
      if (url.protocol !== "https:" && !(isLoop && url.protocol === "http:")) return "must begin with https://";
      if (url.username !== "" || url.password !== "") return "must not name a user";
      if (isLoop) return undefined;
      if (url.port !== "") return "must not name a port";
      if (isIP(host) !== 0) return isGlobal(host) ? undefined : "must be a public address";
      // A name without a dot, or one that is kept for private networks, is none of the public internet.
      if (!/\.[^.]+$/.test(host) || /\.(local|localhost|internal|lan|home\.arpa|test|invalid|onion)$/.test(host))
        return "must be a public address";
      return undefined;
    },
  };
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");

/**
 * What tests set: the guard, the name servers that are asked (`ip:port`), the port that is connected to, the authority
 * whose certificates are believed (PEM), and how long an answer may take (ms).
 */
export type Network = { guard?: Guard; servers?: string[]; port?: number; ca?: string; within?: number };
export type SendRequest = (address: string, request: Request) => Promise<Reply>;

const guard = createGuard(env.CHANNELS_TO_LOOPBACK === "yes");

/** What is wrong with an address that a person gave; undefined where nothing is. Opens no socket. */
export const addressFault = guard.fault;

/**
 * Sends a request to an address that a person gave: over https on port 443, to global unicast alone, without proxy,
 * without following a redirect, and over a connection of its own.
 * @throws Unreachable when the address may not be reached; any other error when no whole answer came within 15 seconds
 */
export const send: SendRequest = createSend();

/** `send`, in the network of a test. */
export function createSend(network: Network = {}): SendRequest {
  const { guard: own = guard, servers, port, ca, within = timeoutMs } = network;
  return async (address, { method = "POST", headers = {}, body }) => {
    const fault = own.fault(address);
    if (fault) throw new Unreachable(fault);
    const url = new URL(address);
    const signal = AbortSignal.timeout(within);
    // An agent of its own: no connection and no TLS session is shared with another request, whose name was another.
    const options = { method, headers, signal, lookup: lookupBy(own, signal, servers), agent: false as const };
    const at = port === undefined ? options : { ...options, port };
    return new Promise((done, fail) => {
      // Certificates are checked, also where NODE_TLS_REJECT_UNAUTHORIZED is 0.
      const call =
        url.protocol === "https:"
          ? secure(url, { ...at, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) })
          : plain(url, at);
      call.on("socket", (socket) => {
        // The address of the connection itself: it is checked again, and not the one that the name resolved to.
        socket.once("connect", () => {
          if (!own.allows(socket.remoteAddress ?? "")) call.destroy(new Unreachable("is no public address"));
        });
      });
      let isAnswered = false;
      call.on("response", (response) => {
        isAnswered = true;
        const parts: Buffer[] = [];
        let room = mostBytes;
        const end = () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
        response.on("data", (part: Buffer) => {
          parts.push(part.subarray(0, room));
          room -= Math.min(room, part.length);
          if (room > 0) return;
          end();
          call.destroy();
        });
        response.on("end", end);
        response.on("error", fail);
        response.on("close", () => fail(new Error("the answer was cut")));
      });
      call.on("error", fail);
      // After an answer that changes the protocol there is no other event. That of a body may end after this one.
      call.on("close", () => {
        if (!isAnswered) fail(new Error("the connection was closed"));
      });
      call.end(body);
    });
  };
}

/**
 * Resolves a name, and refuses it where any of its addresses is not allowed. Asks name servers by c-ares: the system's
 * resolver has four threads for the whole process, so that four names with a silent server would stop everything else.
 */
function lookupBy(own: Guard, signal: AbortSignal, servers: string[] | undefined): LookupFunction {
  return (hostname, { all }, answer) => {
    resolve(hostname, signal, servers).then(
      (found) => {
        const [first] = found;
        if (!first || found.some(({ address }) => !own.allows(address)))
          return answer(new Unreachable("is no public address"), "");
        if (all) answer(null, found);
        else answer(null, first.address, first.family);
      },
      (error: Error) => answer(error, ""),
    );
  };
}

async function resolve(name: string, signal: AbortSignal, servers: string[] | undefined) {
  // No name server has it, and no guard but that of `npm start` and tests lets it pass.
  if (name === "localhost") return [{ address: "127.0.0.1", family: 4 }];
  const resolver = new Resolver({ timeout: nameMs, tries: nameTries });
  if (servers) resolver.setServers(servers);
  const stop = () => resolver.cancel();
  signal.addEventListener("abort", stop, { once: true });
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  signal.removeEventListener("abort", stop);
  if (four.status === "rejected" && six.status === "rejected") throw four.reason;
  return [
    ...(four.status === "fulfilled" ? four.value : []).map((address) => ({ address, family: 4 })),
    ...(six.status === "fulfilled" ? six.value : []).map((address) => ({ address, family: 6 })),
  ];
}
