import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Privacy from "../../src/privacy.ts";
import * as Session from "../../src/session.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";

/** A person whose booking has this status and step, for a journey in a month. */
async function traveler(status: string, step: string | null) {
  const userId = await a.proven();
  const { token } = await a.session(userId, new Date());
  const { sessionId: id } = Session.lookup(token);
  await sql`
    insert into bookings
      (id, user_id, booking_reference, flight_data, passenger_data, total_price, status, step, due_at, step_at,
       departs_at, arrives_at)
    values (${userId}, ${userId}, ${userId}, '{"origin":"LHR","destination":"JFK"}', '[{}]', 100, ${status},
            ${step}, case when ${step}::text is not null then now() end, now(), now() + interval '30 days',
            now() + interval '31 days')`;
  return { userId, id };
}

test.each([
  ["pending", "authorize"],
  ["unknown", "find"],
  ["held", "lapse"],
  ["confirmed", "capture"],
  ["cancelled", "refund"],
])("an account with a booking that is %s is not deleted", async (status, step) => {
  const { userId, id } = await traveler(status, step);
  await expect(Privacy.removeAccount(userId, id, new Date())).rejects.toMatchObject({ code: "account.booking_open" });
  expect(await sql`select from users where users.id = ${userId}`).toHaveLength(1);
});

test("nor is one whose booking begins while it is deleted", async () => {
  const { userId, id } = await traveler("confirmed", null);
  const gate = async (_: string, body: string) => {
    if (!body.includes("account_deleted")) return;
    await sql`update bookings set step = 'cancel', due_at = now() where bookings.user_id = ${userId}`;
  };
  const removal = interceptRequests(gate, () => Privacy.removeAccount(userId, id, new Date()));
  await expect(removal).rejects.toMatchObject({ code: "account.booking_open" });
  expect(await sql`select from bookings where bookings.user_id = ${userId} and bookings.step = 'cancel'`).toHaveLength(
    1,
  );
});

test("the last letter of a deleted account names its journeys to come", async () => {
  const { userId, id } = await traveler("confirmed", null);
  const [{ reference } = { reference: "" }] =
    await sql`select booking_reference as reference from bookings where id = ${userId}`;
  await Privacy.removeAccount(userId, id, new Date());
  const [letter] = await sql`
    select messages.data
      from messages
     where messages.kind = 'account_deleted'
       and messages.data -> 'references' ? ${reference}`;
  expect(letter?.data).toEqual({ references: [reference] });
});
