import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { claimRows, isFree, isHeld } from "../../src/base/lease.ts";
import * as Outbox from "../../src/outbox.ts";

const claim = (limit: number) =>
  claimRows("messages", {
    due: sql`messages.status = 'pending'`,
    order: sql`messages.id`,
    limit,
    lease: sql`interval '2 minutes'`,
    columns: sql`messages.id, messages.fence::text, messages.attempts`,
  });
const settle = (claimed: { id: string; fence: string }) => sql`
  update messages
     set claimed_until = null,
         fence = messages.fence + 1
   where ${isHeld("messages", claimed)}
  returning messages.id`;
const add = (count: number) =>
  sql.transaction(
    Array.from({ length: count }, () =>
      Outbox.enqueue("email_taken", { userId: null, email: `${newId("usr")}@example.com` }, {}),
    ),
  );

test("concurrent claims never share a row, and together take them all", async () => {
  await add(40);
  const claims = await Promise.all(Array.from({ length: 8 }, () => claim(10)));
  const ids = claims.flat().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const rest = await claim(100);
  expect(ids.length + rest.length).toBe(40);
  expect(await claim(1)).toEqual([]);
});

test("a row is free again when its lease ends, and the overtaken worker settles nothing", async () => {
  await sql`delete from messages`;
  await add(1);
  const [first] = (await claim(1)) as { id: string; fence: string; attempts: number }[];
  await sql`update messages set claimed_until = now() - interval '1 second'`;
  expect(await sql`select from messages where ${isFree("messages")}`).toHaveLength(1);
  const [second] = (await claim(1)) as { id: string; fence: string; attempts: number }[];
  expect(second).toEqual({ ...first, fence: String(Number(first?.fence) + 1), attempts: 2 });
  expect(await settle(first!)).toEqual([]);
  expect(await settle(second!)).toEqual([{ id: second?.id }]);
  expect(await settle(second!)).toEqual([]);
});
