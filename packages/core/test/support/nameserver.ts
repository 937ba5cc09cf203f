import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";

/** What a name is answered with: addresses, or nothing at all. Unknown names do not exist. */
export type Names = (name: string) => string[] | "silent" | undefined;

export type NameServer = {
  /** `ip:port`. */
  address: string;
  /** The names that were asked for, one an address family. */
  asked: string[];
  stop: () => void;
};

const types: Record<number, 4 | 6> = { 1: 4, 28: 6 };

/** Starts a name server on loopback (RFC 1035, UDP) that answers A and AAAA, without time to live. */
export async function startNameServer(names: Names): Promise<NameServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query, { port }) => {
    const [name, end] = nameIn(query);
    const family = types[query.readUInt16BE(end)];
    asked.push(name);
    const found = names(name);
    if (found === "silent") return;
    const answers = (found ?? []).filter((address) => isIP(address) === family).map(bytesOf);
    const header = Buffer.from(query.subarray(0, 12));
    // An answer, with recursion; 3: there is no such name.
    header.writeUInt16BE(found ? 0x8180 : 0x8183, 2);
    for (const [at, count] of [1, answers.length, 0, 0].entries()) header.writeUInt16BE(count, 4 + 2 * at);
    const records = answers.map((bytes) =>
      // The name at byte 12, the type, class IN, no time to live, the length.
      Buffer.concat([Buffer.from([0xc0, 12, 0, family === 6 ? 28 : 1, 0, 1, 0, 0, 0, 0, 0, bytes.length]), bytes]),
    );
    socket.send(Buffer.concat([header, query.subarray(12, end + 4), ...records]), port, "127.0.0.1");
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop: () => socket.close() };
}

function nameIn(query: Buffer): [name: string, end: number] {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return [labels.join(".").toLowerCase(), at + 1];
}

function bytesOf(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // An address that ends as one of IPv4 does is written in hex by the URL parser.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const words = (part: string | undefined) => (part ? part.split(":").map((word) => Number.parseInt(word, 16)) : []);
  const [before, after] = [words(head), words(tail)];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]));
}
