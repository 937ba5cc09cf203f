import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Trouble } from "./trouble.ts";

// `npm run webhooks`: a receiver of webhooks that prints what comes, once its signature was checked. It adds itself as a
// channel of the account whose session is in TOKEN, asks for a first event, and removes the channel when it ends.

/** How old an event may be (s): an older one may have been recorded and sent again by a stranger. */
const oldest = 300;

/** Whether the secret's owner signed this event a moment ago (https://www.standardwebhooks.com). */
export function isSigned(secret: string, headers: IncomingHttpHeaders, body: string, at: Date): boolean {
  const [id, seconds, given] = ["id", "timestamp", "signature"].map((name) => String(headers[`webhook-${name}`]));
  if (!(Math.abs(at.getTime() / 1000 - Number(seconds)) <= oldest)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const mac = Buffer.from(createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64"));
  return String(given)
    .split(" ")
    .map((signature) => Buffer.from(signature.replace(/^v1,/, "")))
    .some((signature) => signature.length === mac.length && timingSafeEqual(signature, mac));
}

/** Receives until `stop` is called; `print` gets a line for each event. */
export async function receive(api: string, token: string, print: (line: string) => void) {
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new Trouble(`Nothing answers at ${api}. Is npm start running?`);
    });
    if (!response.ok) throw new Trouble(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };

  let secret = "";
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const isFine = isSigned(secret, request.headers, body, new Date());
    response.writeHead(isFine ? 204 : 401).end();
    print(isFine ? `${request.headers["webhook-id"]} ${body}` : "refused: not signed with our secret");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const channel = (await ask("POST", "/channels", { kind: "webhook", name: "npm run webhooks", url })) as {
      id: string;
      secret: string;
    };
    secret = channel.secret;
    print(`${channel.id} sends to ${url}`);
    await ask("POST", `/channels/${channel.id}/test`);
    const stop = async () => {
      server.close();
      await ask("DELETE", `/channels/${channel.id}`);
    };
    return { channelId: channel.id, url, stop };
  } catch (error) {
    server.close();
    throw error;
  }
}

async function main(): Promise<void> {
  const { TOKEN: token, PORT: port = "3000" } = process.env;
  if (!token) throw new Trouble("TOKEN must be that of a session: see the README.");
  const { stop } = await receive(`http://localhost:${port}/v1`, token, (line) => console.log(line));
  await new Promise((done) => process.once("SIGINT", done).once("SIGTERM", done));
  await stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main().catch((error) => {
    if (!(error instanceof Trouble)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
