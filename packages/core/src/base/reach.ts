import { lookup as resolve } from "node:dns/promises";
import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { env } from "./env.ts";

// Requests to addresses that a person gave. A stranger could name an address of our own network, so each address is
// checked where the socket connects: what a name resolves to may change between a look and a connection.

/** Our limits: how long an answer may take (ms), and how much of it is read (bytes). */
const timeoutMs = 15_000;
const mostBytes = 64 * 1024;

/** An answer: its status, its headers by lower-case name, and the first 64 KB of its body. */
export type Reply = { status: number; headers: IncomingMessage["headers"]; body: Buffer };

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
  if (version === 4) return !closed.check(address, "ipv4");
  return version === 6 && global6.check(address, "ipv6") && !closed.check(address, "ipv6");
}

/** On this machine alone, for `npm start` and tests: loopback may be reached, at any port and without TLS. */
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
const mayLoop = env.CHANNELS_TO_LOOPBACK === "yes";

function isAllowed(address: string): boolean {
  return isGlobal(address) || (mayLoop && loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"));
}

/**
 * What is wrong with an address that a person gave, as the end of a sentence that begins with its name; undefined where
 * nothing is. Opens no socket.
 */
export function addressFault(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url) return "must be an address, such as https://example.com/hook";
  const host = hostOf(url);
  const isLoop = mayLoop && (host === "localhost" || (isIP(host) !== 0 && isAllowed(host) && !isGlobal(host)));
  if (url.protocol !== "https:" && !(isLoop && url.protocol === "http:")) return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must not name a user";
  if (isLoop) return undefined;
  if (url.port !== "") return "must not name a port";
  if (isIP(host) !== 0) return isGlobal(host) ? undefined : "must be a public address";
  // A name without a dot, or one that is kept for private networks, is none of the public internet.
  if (!/\.[^.]+$/.test(host) || /\.(local|localhost|internal|lan|home\.arpa|test|invalid|onion)$/.test(host))
    return "must be a public address";
  return undefined;
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");

/**
 * Sends a request to an address that a person gave: over https on port 443, to global unicast alone, without proxy and
 * without following a redirect.
 * @throws Unreachable when the address may not be reached; any other error when no whole answer came within 15 seconds
 */
export async function send(
  address: string,
  {
    method = "POST",
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: Buffer | string },
): Promise<Reply> {
  const fault = addressFault(address);
  if (fault) throw new Unreachable(fault);
  const url = new URL(address);
  const request = url.protocol === "https:" ? secure : plain;
  return new Promise((done, fail) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const call = request(url, { method, headers, signal, lookup, agent: false }, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const end = () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
      response.on("data", (part: Buffer) => {
        const room = mostBytes - size;
        parts.push(part.subarray(0, room));
        size += part.length;
        if (size < mostBytes) return;
        end();
        call.destroy();
      });
      response.on("end", end);
      response.on("error", fail);
    });
    call.on("socket", (socket) => {
      // The last word: whatever was resolved, this is what is connected to.
      socket.once("connect", () => {
        const { remoteAddress = "" } = socket;
        if (!isAllowed(remoteAddress)) call.destroy(new Unreachable("is no public address"));
      });
    });
    call.on("error", fail);
    call.end(body);
  });
}

/** Resolves a name, and refuses it where any of its addresses is not public. */
const lookup: LookupFunction = (hostname, { all }, answer) => {
  resolve(hostname, { all: true, verbatim: true }).then(
    (found) => {
      const refused = found.length === 0 || found.some(({ address }) => !isAllowed(address));
      if (refused) return answer(new Unreachable("is no public address"), "");
      const [first] = found;
      if (all) answer(null, found);
      else answer(null, first!.address, first!.family);
    },
    (error: Error) => answer(error, ""),
  );
};
