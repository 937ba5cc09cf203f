import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as Channel from "@travel-conductor/core/channel";
import * as Delivery from "@travel-conductor/core/delivery";
import * as User from "@travel-conductor/core/user";
import type pg from "pg";

/**
 * Webhooks at this number of hosts, each a port of this machine, with a message for each. `run` sends them, where `hangs` is true
 * with a third of the hosts giving no answer, and returns how many of the others took theirs a second.
 */
export async function hangingHooks(client: pg.Client, hosts: number) {
  await client.query("truncate messages, channels cascade");
  let hangs = false;
  let answered = 0;
  let last = 0;
  const open = new Set<ServerResponse>();
  const servers = await Promise.all(
    Array.from({ length: hosts }, async (_, index) => {
      const server = createServer((request, response) => {
        request.resume();
        const mayHang = index % 3 === 0;
        if (hangs && mayHang) return open.add(response);
        // Of both runs the same hosts are counted: those that never hang.
        if (!mayHang) {
          answered++;
          last = performance.now();
        }
        return response.end("ok");
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ids: string[] = [];
  for (let index = 0; index < hosts; index += 15) {
    const email = `bench.${index}@example.com`;
    const { user } = await User.create(
      { email, password: "nine small green boats", firstName: "Ada", lastName: "Ling" },
      new Date(),
    );
    for (const server of servers.slice(index, index + 15)) {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      ids.push((await Channel.create(user.id, { kind: "webhook", url })).id);
    }
  }
  return {
    run: async (hanging: boolean): Promise<number> => {
      hangs = hanging;
      await client.query("truncate messages cascade");
      await client.query(
        `insert into messages (id, user_id, channel_id, kind, data, due_at)
         select 'msg_' || substr(channels.id, 5), channels.user_id, channels.id, 'test', '{}', now() - interval '1 hour'
           from channels
          where channels.id = any($1)`,
        [ids],
      );
      answered = 0;
      const began = performance.now();
      await Delivery.deliver(new Date(Date.now() + 60_000), { within: 30_000 });
      for (const response of open) response.destroy();
      open.clear();
      return answered / ((last - began) / 1000);
    },
    stop: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
