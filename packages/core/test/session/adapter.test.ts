import { databaseUser, testAdapter } from "@lucia-auth/adapter-test";
import { expect, test, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import { createAdapter } from "../../src/session/adapter.ts";

const adapter = createAdapter({
  user: { table: "adapter user", columns: { id: "id" }, attributes: { username: 'user"name' } },
  session: {
    table: "adapter_session",
    columns: { id: "key", userId: "user_id", expiresAt: "expires_at" },
    attributes: { country: "country" },
  },
});

test("lucia's own tests pass, with tables and columns of other names", async () => {
  await sql`create table "adapter user" (id text primary key, "user""name" text not null)`;
  await sql`
    create table adapter_session (
      key text primary key,
      user_id text not null references "adapter user" (id),
      expires_at timestamptz not null,
      country text not null
    )`;
  const { username } = databaseUser.attributes as unknown as { username: string };
  await sql`insert into "adapter user" values (${databaseUser.id}, ${username})`;
  const report = vi.spyOn(console, "log").mockReturnValue();
  await testAdapter(adapter);
  expect(report.mock.lastCall).toMatchObject([expect.stringContaining("passed all tests")]);
});
