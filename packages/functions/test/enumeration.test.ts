import { sql } from "@travel-conductor/core/base/db";
import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";

/** An imported account: its password's hash is bcrypt's, as the previous application stored it. */
async function movedIn(): Promise<string> {
  const { email, userId } = await a.user();
  const hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  await sql`update users set password_hash = ${hash} where users.id = ${userId}`;
  return email;
}

test.each([
  ["/v1/auth/login", 401, { password: "not this one" }],
  ["/v1/auth/reset", 202, {}],
  ["/v1/auth/verify/resend", 202, {}],
])("POST %s answers alike for a known, an unknown and an imported address", async (path, status, more) => {
  const seen: object[] = [];
  for (const email of [(await a.user()).email, await movedIn(), a.signup().email]) {
    let answer = {};
    const requests = await counted(async () => {
      answer = await a.answer(await a.call("POST", path, { body: { email, ...more } }));
    });
    seen.push({ ...answer, requests });
  }
  expect(seen[0]).toMatchObject({ status });
  for (const one of seen) expect(one).toEqual(seen[0]);
});

test("a sign-up with a taken address says so, and its owner is notified", async () => {
  const { email, userId } = await a.user();
  const body = { ...a.signup(), email: email.toUpperCase() };
  expect(await a.read(await a.call("POST", "/v1/auth/signup", { body }), 409)).toMatchObject({
    code: "user.email_taken",
  });
  const notified = await sql`
    select messages.email from messages where messages.user_id = ${userId} and messages.kind = 'email_taken'`;
  expect(notified).toEqual([{ email }]);
});
