import { expect, test } from "vitest";
import { sql } from "../src/db.ts";
import * as Mail from "../src/mail.ts";
import * as a from "./a.ts";

const link = { token: "secret", expiresAt: "2026-03-01T12:30:00.000Z" };

const queued = (userId: string) => sql`
  select messages.kind, messages.email, messages.data, messages.status
    from messages
   where messages.user_id = ${userId}
   order by messages.kind`;

test("a message is queued with the change it tells of, or not at all", async () => {
  const userId = await a.user();
  const to = { userId, email: "ada@example.com" };
  const change = sql`update users set email_verified = true where users.id = ${userId}`;
  await sql.transaction([change, Mail.queue("reset", to, link)]);
  const reset = { kind: "reset", email: "ada@example.com", data: link, status: "pending" };
  expect(await queued(userId)).toEqual([reset]);

  const fails = sql`select 1 / 0`;
  await expect(sql.transaction([Mail.queue("verify", to, link), fails])).rejects.toMatchObject({ code: "22012" });
  expect(await queued(userId)).toEqual([reset]);
});

test("the address and the condition may be read in the statement", async () => {
  const email = a.signup().email;
  const userId = await a.user({ email });
  const to = { userId, email: sql`(select users.email from users where users.id = ${userId})` };
  await sql.transaction([
    Mail.queue("email_taken", to, {}),
    Mail.queue("verify", to, link, sql`exists (select from users where users.id = 'usr_nobody')`),
  ]);
  expect(await queued(userId)).toMatchObject([{ kind: "email_taken", email }]);
});
