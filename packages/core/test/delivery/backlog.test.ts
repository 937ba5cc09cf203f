import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { claim } from "../../src/delivery/claim.ts";
import * as Outbox from "../../src/outbox.ts";
import * as a from "../support/factory.ts";

const soon = () => new Date(Date.now() + 1_000);

test("messages that pile up for one channel, while it is busy or free, hold up no other and no letter", async () => {
  const userId = await a.proven();
  await sql`delete from messages`;
  const channel = newId("chn");
  await sql`insert into channels (id, user_id, kind) values (${channel}, ${userId}, 'webhook')`;
  await sql`
    insert into messages (id, user_id, channel_id, kind, data, due_at)
    select 'msg_' || left(md5(n::text), 26), ${userId}, ${channel}, 'test', '{}', now() - interval '1 hour'
      from generate_series(1, 40) as n`;
  await Outbox.enqueue("email_taken", { userId, email: "one@example.com" }, {});
  expect((await claim(soon(), 10)).map(({ kind }) => kind).sort()).toEqual(["email_taken", "test"]);
  await Outbox.enqueue("email_taken", { userId, email: "two@example.com" }, {});
  expect((await claim(soon(), 10)).map(({ kind }) => kind)).toEqual(["email_taken"]);
});
