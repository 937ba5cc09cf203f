import { mailbox } from "@travel-conductor/local/testing";
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { plan } from "../../src/delivery/plan.ts";
import * as Delivery from "../../src/delivery.ts";
import * as Sweep from "../../src/sweep.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, minute } from "../support/sweep.ts";

const sent = (number: number) => ({ sent: number, delayed: 0, failed: 0 });

beforeEach(async () => {
  await sql`delete from messages`;
  await sql`update alerts set planned_at = created_at`;
  mailbox.length = 0;
});

type Watched = { userId: string; id: string };

/** Watches of one person with a proven address and no quiet hours. */
async function watches(count: number): Promise<Watched[]> {
  const userId = await a.proven();
  await sql`delete from messages`;
  await sql`update users set quiet_from = null, quiet_to = null where users.id = ${userId}`;
  const rules = { target: "500.00", drop: null };
  return Promise.all(Array.from({ length: count }, () => a.watch({ rules }, { userId })));
}
const check = (watch: Watched, at: Date) =>
  Sweep.check(watch.userId, watch.id, at, { provider: stubProvider(() => 490_00) });

test("an alert of a sweep whose message is on its way already comes with the next run", async () => {
  const [one, two, three] = (await watches(3)) as [Watched, Watched, Watched];
  await check(one, a.noon);
  expect(await Delivery.deliver(a.noon)).toEqual(sent(1));
  await check(two, a.noon);
  await check(three, a.noon);
  expect(await Delivery.deliver(afterNoon(minute))).toEqual(sent(1));
  // The newest first.
  expect(mailbox.map(({ subject }) => subject)).toEqual(["2 prices fell", expect.stringContaining("£490.00")]);
});

test("an alert that is planned while the words of its message are written is told too", async () => {
  const [one, two] = (await watches(2)) as [Watched, Watched];
  await check(one, a.noon);
  let isBetween = true;
  const gate = async (_: string, body: string) => {
    if (!isBetween || !body.includes("tried_at = case")) return;
    isBetween = false;
    await check(two, a.noon);
    expect(await plan(a.noon)).toBe(1);
  };
  await interceptRequests(gate, () => Delivery.deliver(a.noon));
  await Delivery.deliver(afterNoon(minute));
  const told = mailbox.map(({ text }) => text).join();
  for (const { id } of [one, two]) expect(told).toContain(`/watches/${id}`);
  expect(mailbox).toHaveLength(1);
});

test("a message on several channels counts once against the most a day, also where one is tried again", async () => {
  const [one, two, three] = (await watches(3)) as [Watched, Watched, Watched];
  // No secret of ours opens its address, so that each message to it is tried again.
  await sql`
    insert into channels (id, user_id, kind, sealed)
    values (${newId("chn")}, ${one.userId}, 'ntfy', 'another')`;
  for (const [index, watch] of [one, two, three].entries()) {
    await check(watch, afterNoon(10 * index * minute));
    await Delivery.deliver(afterNoon(10 * index * minute));
  }
  expect(mailbox).toHaveLength(3);
});
