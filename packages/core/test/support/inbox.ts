import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { newId } from "../../src/base/id.ts";
import { type Opening, sealOpening } from "../../src/channel/opening.ts";
import type { Channel, Claimed } from "../../src/delivery/claim.ts";

/** A request that an inbox got. */
export type Got = { method: string; path: string; headers: IncomingMessage["headers"]; body: Buffer };
export type Said = { status: number; headers?: Record<string, string>; body?: string };

/** A service on loopback that notes are sent to: it answers with the next of `says`, or else with 200. */
export type Inbox = { url: string; got: Got[]; says: Said[]; stop: () => Promise<void> };

export async function startInbox(): Promise<Inbox> {
  const got: Got[] = [];
  const says: Said[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = "", url = "", headers } = request;
    got.push({ method, path: url, headers, body: Buffer.concat(parts) });
    const { status, headers: told, body = "" } = says.shift() ?? { status: 200 };
    response.writeHead(status, { connection: "close", ...told }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, says, stop };
}

/** A message of alerts under a lease, for a channel that this opens. */
export function claimedFor(kind: Channel["kind"], opening: Opening, over: Partial<Claimed> = {}): Claimed {
  const id = newId("chn");
  return {
    id: newId("msg"),
    requestId: null,
    fence: "1",
    kind: "alerts",
    userId: null,
    email: null,
    isProven: true,
    language: null,
    timeZone: null,
    data: {},
    words: null,
    held: false,
    checkedUntil: null,
    attempts: 1,
    wishes: null,
    slotAt: null,
    createdAt: 0,
    triedAt: null,
    channel: { id, kind, status: "on", shown: null, sealed: sealOpening(id, opening), version: 1, versionAt: 0 },
    ...over,
  };
}

/** Words that would format, link, call people, or end a field, where they were not taken as text. */
export const hostile = {
  title: 'LHR – JFK <!channel> @everyone "*£180*" &lt; \u202e',
  text: "<https://evil.example|Click> [me](https://evil.example) `code` **bold** ~gone~ ||spoiler||\r\nX-Evil: 1\n{{a}} $(b) 🛫 \\",
  url: "https://app.example.com/watches/wch_1?a=b&c=d",
};
