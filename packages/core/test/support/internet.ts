import { createGuard, type Network } from "../../src/base/reach.ts";
import { createAuthority } from "./authority.ts";
import { type Names, startNameServer } from "./nameserver.ts";
import { startReceiver } from "./receiver.ts";

/**
 * Starts a small internet on loopback: a name server whose `names` the test sets, at first this machine for each, an
 * authority, and a receiver certified by it for `certified`. `network` leads there, past a guard that allows loopback.
 */
export async function startInternet(certified: string[]) {
  const authority = await createAuthority();
  const receiver = await startReceiver(await authority.identityOf(certified));
  const dns = { names: (() => ["127.0.0.1"]) as Names };
  const nameServer = await startNameServer((name) => dns.names(name));
  const network = {
    guard: createGuard(true),
    servers: [nameServer.address],
    port: receiver.port,
    ca: authority.ca,
    within: 5_000,
  } satisfies Network;
  return {
    authority,
    receiver,
    network,
    dns,
    asked: nameServer.asked,
    /** Forgets what was received, and answers and resolves as in the beginning. */
    reset: () => {
      dns.names = () => ["127.0.0.1"];
      receiver.answer = (response) => void response.writeHead(204).end();
      receiver.connections = 0;
      receiver.received.length = 0;
    },
    stop: async () => {
      nameServer.stop();
      await receiver.stop();
    },
  };
}
