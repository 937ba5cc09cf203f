import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import * as Privacy from "@travel-conductor/core/privacy";
import * as Session from "@travel-conductor/core/session";
import * as a from "@travel-conductor/core/test/factory";
import { logOf } from "@travel-conductor/core/test/logs";
import * as User from "@travel-conductor/core/user";
import { expect, test } from "vitest";
import { removeAccounts } from "../src/remove-account.ts";

const now = new Date();

async function remove(...ids: string[]) {
  const lines: string[] = [];
  return { status: await removeAccounts(ids, (line) => lines.push(line)), lines };
}

test("an account that its owner deleted is found in the log, by its id alone, and is deleted again after a restore", async () => {
  const userId = await a.user();
  const { token } = await a.session(userId, now);
  const { log } = await logOf(() => Privacy.removeAccount(userId, Session.lookup(token).sessionId, now));
  const [line] = log.split("\n").filter((each) => each.includes("account deleted"));
  const { level, message, timestamp, service, ...more } = JSON.parse(line!);
  expect([level, message, more]).toEqual(["INFO", "account deleted", { userId }]);

  const restored = await a.user();
  const session = await a.session(restored, now);
  expect(await remove(restored, userId)).toEqual({
    status: 0,
    lines: [`${restored} is deleted.`, `${userId} is not there.`],
  });
  expect(await Session.validate(session.token, now)).toBeUndefined();
  await expect(User.get(restored)).rejects.toMatchObject({ code: "user.missing" });
});

test("an account whose booking is not settled is left, and the next one is deleted", async () => {
  const [one, other] = [await a.user(), await a.user()];
  await sql`
    insert into bookings (id, user_id, booking_reference, flight_data, passenger_data, total_price, status, step, due_at,
                          created_at, departs_at, arrives_at)
    values (${newId("bkg")}, ${one}, 'TCAAAA', '{"origin":"LHR","destination":"JFK"}', '[{}]', 100, 'pending',
            'authorize', now(), now(), now() + interval '30 days', now() + interval '31 days')`;
  expect(await remove(one, other)).toEqual({
    status: 1,
    lines: [`${one} is left: account.booking_open`, `${other} is deleted.`],
  });
  await User.get(one);
});

test("refuses what is no id", async () => {
  await expect(remove()).rejects.toThrow("Use: npm run remove-account");
  await expect(remove("ada@example.com")).rejects.toThrow("Use: npm run remove-account");
});
